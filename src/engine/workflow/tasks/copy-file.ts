import type { FileInfo, FileStore } from '../../../connectors/connector.ts';
import { partsOf } from '../../../lib/parts.ts';

interface Place {
	readonly store: FileStore;
	readonly bucket: string | null;
	readonly path: string;
}

/** Bytes from one system into another, part by part; nothing shows before the last. `begun` is told the upload's token first. */
export async function copyAcross(from: Place & { readonly file: FileInfo }, to: Place, owner: string, begun: (token: string) => void): Promise<void> {
	const { store, bucket, path } = to;
	const token = await store.beginUpload({ bucket, path, contentType: 'application/octet-stream', owner });
	begun(token);
	const upload = { bucket, path, token, owner };
	const tags: string[] = [];
	const body = await from.store.read({ bucket: from.bucket, path: from.path, offset: 0, length: null, etag: from.file.etag });
	for await (const part of partsOf(body, store.partBytes)) tags.push(await store.uploadPart(upload, tags.length + 1, part));
	// An upload of no part at all is refused by most systems: an empty file is one empty part.
	if (tags.length === 0) tags.push(await store.uploadPart(upload, 1, new Uint8Array()));
	await store.completeUpload(upload, tags);
}
