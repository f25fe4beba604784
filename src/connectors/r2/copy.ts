/** Past this size a copy goes part by part, so that a lost connection costs one part and no body passes R2's 5 GB bound. */
const SINGLE_BYTES = 64 * 1024 * 1024;
/** R2 takes at most 10,000 parts. */
const MAX_PARTS = 10_000;

/** Copies bytes and their content type, not the owner mark; false where there is no such object. A change midway is an error. */
export async function copyObject(bucket: R2Bucket, from: string, to: string): Promise<boolean> {
	const source = await bucket.head(from);
	if (source === null) return false;
	const httpMetadata = source.httpMetadata ?? {};
	if (source.size <= SINGLE_BYTES) {
		await bucket.put(to, (await bodyOf(bucket, from, source.etag, null)).body, { httpMetadata });
		return true;
	}
	const upload = await bucket.createMultipartUpload(to, { httpMetadata });
	try {
		const partBytes = Math.max(SINGLE_BYTES, Math.ceil(source.size / MAX_PARTS));
		const parts: R2UploadedPart[] = [];
		for (let offset = 0; offset < source.size; offset += partBytes) {
			const range = { offset, length: Math.min(partBytes, source.size - offset) };
			parts.push(await upload.uploadPart(parts.length + 1, (await bodyOf(bucket, from, source.etag, range)).body));
		}
		await upload.complete(parts);
	} catch (error) {
		await upload.abort();
		throw error;
	}
	return true;
}

async function bodyOf(bucket: R2Bucket, key: string, etag: string, range: { offset: number; length: number } | null): Promise<R2ObjectBody> {
	const object = await bucket.get(key, { onlyIf: { etagMatches: etag }, ...(range === null ? {} : { range }) });
	if (object === null || !('body' in object)) throw new Error(`${key} changed while it was being copied`);
	return object;
}
