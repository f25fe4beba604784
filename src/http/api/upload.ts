import type { FileStore, UploadRef } from '../../connectors/connector.ts';
import { partsOf } from '../../lib/parts.ts';

/** What one upload is about. */
export interface Upload {
	readonly path: string;
	readonly contentType: string;
	/** Marks the object with who wrote it. */
	readonly owner: string;
}

/** Streams a body into a file part by part: at most one part is in memory, and nothing shows until the last byte has come. Gives the size. */
export async function uploadStream(store: FileStore, { path, contentType, owner }: Upload, body: ReadableStream<Uint8Array>): Promise<number> {
	const token = await store.beginUpload({ bucket: null, path, contentType, owner });
	const upload: UploadRef = { bucket: null, path, token, owner };
	try {
		const tags: string[] = [];
		let size = 0;
		for await (const part of partsOf(body, store.partBytes)) {
			tags.push(await store.uploadPart(upload, tags.length + 1, part));
			size += part.byteLength;
		}
		await store.completeUpload(upload, tags);
		return size;
	} catch (error) {
		await store.abortUpload(upload);
		throw error;
	}
}
