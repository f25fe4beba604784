import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import { bytesOf } from '../../data/byte-pieces.ts';
import type { FileBytes } from '../../data/codecs/open-file.ts';

/** A file of a storage as codecs read it, or a stretch of one: from any place, and never a mixture of two versions. */
export function fileBytes(
	store: FileStore,
	bucket: string | null,
	{ path, size, etag }: FileInfo,
	stretch: { readonly from: number; readonly to: number } | null = null,
): FileBytes {
	const { from, to } = stretch ?? { from: 0, to: size };
	return {
		path,
		size: to - from,
		stream: (offset) => store.read({ bucket, path, offset: from + offset, length: stretch === null ? null : to - from - offset, etag }),
		read: async (offset, length) => bytesOf(await store.read({ bucket, path, offset: from + offset, length, etag }), length),
	};
}
