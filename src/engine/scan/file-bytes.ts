import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import { bytesOf } from '../../data/byte-pieces.ts';
import type { FileBytes } from '../../data/codecs/open-file.ts';

/** A file of a storage as codecs read it: from any place, and never a mixture of two versions. */
export function fileBytes(store: FileStore, bucket: string | null, { path, size, etag }: FileInfo): FileBytes {
	return {
		path,
		size,
		stream: (offset) => store.read({ bucket, path, offset, length: null, etag }),
		read: async (offset, length) => bytesOf(await store.read({ bucket, path, offset, length, etag }), length),
	};
}
