import type { FileStore } from '../../connectors/connector.ts';
import { AppError } from '../../lib/errors.ts';

/** Path to etag of the files that completed runs have read. An absent manifest is an empty one. */
export async function readManifest(store: FileStore, bucket: string | null, path: string): Promise<Map<string, string>> {
	const info = await store.stat(bucket, path);
	if (info === null) return new Map();
	const text = await new Response(await store.read({ bucket, path, offset: 0, length: null, etag: info.etag })).text();
	try {
		const { files } = JSON.parse(text) as { files: Record<string, string> };
		return new Map(Object.entries(files));
	} catch (error) {
		throw new AppError('invalid_input', `${path} is not a manifest of processed files`, {
			hint: 'Name a file that only this component writes, or remove it to read everything again.',
			cause: error,
		});
	}
}

export async function writeManifest(store: FileStore, bucket: string | null, path: string, files: ReadonlyMap<string, string>, owner: string): Promise<void> {
	const bytes = new TextEncoder().encode(JSON.stringify({ files: Object.fromEntries(files) }));
	const token = await store.beginUpload({ bucket, path, contentType: 'application/json', owner });
	const upload = { bucket, path, token, owner };
	const tags: string[] = [];
	for (let from = 0, part = 1; from === 0 || from < bytes.length; from += store.partBytes, part++) {
		tags.push(await store.uploadPart(upload, part, bytes.subarray(from, from + store.partBytes)));
	}
	await store.completeUpload(upload, tags);
}
