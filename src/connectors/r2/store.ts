import { AppError } from '../../lib/errors.ts';
import type { CheckResult, FileInfo, FileStore, UploadRef } from '../connector.ts';
import { objectKey, objectPrefix } from '../object-path.ts';
import { probe, upstream } from '../upstream.ts';
import { call, isMissingUpload } from './client.ts';
import { copyObject } from './copy.ts';

/** R2 wants all parts but the last of one size, of at least 5 MiB. */
const PART_BYTES = 6 * 1024 * 1024;
const PAGE = 1000;

/** One account's part of the gateway's bucket: keys below `accounts/<id>/files/`, and no way out of there. */
export class R2FileStore implements FileStore {
	readonly kind = 'files';
	readonly partBytes = PART_BYTES;
	readonly #bucket: R2Bucket;
	readonly #root: string;

	constructor(bucket: R2Bucket, accountId: number) {
		this.#bucket = bucket;
		this.#root = `accounts/${accountId}/files/`;
	}

	async close(): Promise<void> {}

	/** Nothing of the platform's own can be interrupted. */
	interrupt(): void {}

	/** Writes, reads back and removes a small object, because that is what runs do; its name begins with a dot, so sources never see it. */
	check(): Promise<CheckResult> {
		return probe(async () => {
			const key = `${this.#root}.check-${crypto.randomUUID()}`;
			await call('write an object', () => this.#bucket.put(key, 'check'));
			try {
				const text = await call('read an object', async () => (await this.#bucket.get(key))?.text());
				if (text !== 'check') throw upstream('The embedded storage did not give back what was written.', { retryable: true, hint: 'Try again.' });
			} finally {
				await call('remove an object', () => this.#bucket.delete(key));
			}
			return 'Wrote, read and removed an object.';
		});
	}

	async list(request: { bucket: string | null; prefix: string; after: string | null }): Promise<{ files: FileInfo[]; after: string | null }> {
		this.#onlyBucket(request.bucket);
		const prefix = objectPrefix(this.#root, request.prefix);
		const listed = await call(`list ${request.prefix || 'the storage'}`, () =>
			this.#bucket.list({ prefix, limit: PAGE, ...(request.after === null ? {} : { startAfter: objectKey(this.#root, request.after) }) }),
		);
		const files = listed.objects.map((object) => this.#info(object));
		return { files, after: listed.truncated ? (files.at(-1)?.path ?? null) : null };
	}

	async stat(bucket: string | null, path: string): Promise<FileInfo | null> {
		this.#onlyBucket(bucket);
		const object = await call(`look at ${path}`, () => this.#bucket.head(this.#key(path)));
		return object === null ? null : this.#info(object);
	}

	async read(file: { bucket: string | null; path: string; offset: number; length: number | null; etag: string | null }): Promise<ReadableStream<Uint8Array>> {
		this.#onlyBucket(file.bucket);
		const key = this.#key(file.path);
		if (file.length === 0) return emptyStream();
		const whole = file.offset === 0 && file.length === null;
		const object = await call(`read ${file.path}`, async () => {
			const options: R2GetOptions = {};
			if (!whole) options.range = { offset: file.offset, ...(file.length === null ? {} : { length: file.length }) };
			if (file.etag !== null) options.onlyIf = { etagMatches: file.etag };
			return this.#bucket.get(key, options).catch(async (error: unknown) => {
				// R2 refuses a range that begins at or past the end (10039); for a reader that is simply the end.
				const head = await this.#bucket.head(key);
				if (head !== null && file.offset >= head.size) return file.etag === null || head.etag === file.etag ? 'end' : head;
				throw error;
			});
		});
		if (object === null) throw missing(file.path);
		if (object === 'end') return emptyStream();
		if (!('body' in object)) {
			throw new AppError('conflict', `The file ${file.path} changed while it was being read.`, {
				hint: 'Run again when nothing writes it; or write new files under new names and read the folder.',
			});
		}
		return (object as R2ObjectBody).body;
	}

	async beginUpload(target: { bucket: string | null; path: string; contentType: string; owner: string }): Promise<string> {
		this.#onlyBucket(target.bucket);
		const key = this.#key(target.path);
		const options = { httpMetadata: { contentType: target.contentType }, customMetadata: { owner: target.owner } };
		return call(`begin to write ${target.path}`, async () => (await this.#bucket.createMultipartUpload(key, options)).uploadId);
	}

	async uploadPart(upload: UploadRef, part: number, bytes: Uint8Array): Promise<string> {
		return (await call(`write part ${part} of ${upload.path}`, () => this.#upload(upload).uploadPart(part, bytes))).etag;
	}

	async completeUpload(upload: UploadRef, tags: readonly string[]): Promise<void> {
		try {
			if (tags.length === 0) await this.#completeEmpty(upload);
			else
				await call(`finish ${upload.path}`, async () => {
					await this.#upload(upload).complete(tags.map((etag, index) => ({ partNumber: index + 1, etag })));
				});
		} catch (error) {
			// The answer of an earlier attempt may have been lost after R2 had done the work: then the object is there and ours.
			if (isMissingUpload(error) && (await this.#ownerOf(upload)) === upload.owner) return;
			throw error;
		}
	}

	async abortUpload(upload: UploadRef): Promise<void> {
		try {
			await call(`drop the upload of ${upload.path}`, () => this.#upload(upload).abort());
		} catch (error) {
			if (!isMissingUpload(error)) throw error;
		}
	}

	async copy(from: { bucket: string | null; path: string }, to: { bucket: string | null; path: string }): Promise<void> {
		this.#onlyBucket(from.bucket);
		this.#onlyBucket(to.bucket);
		const copied = await call(`copy ${from.path} to ${to.path}`, () => copyObject(this.#bucket, this.#key(from.path), this.#key(to.path)));
		if (!copied) throw missing(from.path);
	}

	async remove(bucket: string | null, path: string): Promise<void> {
		this.#onlyBucket(bucket);
		await call(`remove ${path}`, () => this.#bucket.delete(this.#key(path)));
	}

	#key(path: string): string {
		return objectKey(this.#root, path);
	}

	#upload(upload: UploadRef): R2MultipartUpload {
		this.#onlyBucket(upload.bucket);
		return this.#bucket.resumeMultipartUpload(this.#key(upload.path), upload.token);
	}

	/** R2 completes no upload of no parts: an empty file is one part of no bytes. */
	async #completeEmpty(upload: UploadRef): Promise<void> {
		const part = await this.uploadPart(upload, 1, new Uint8Array(0));
		await this.completeUpload(upload, [part]);
	}

	async #ownerOf(upload: UploadRef): Promise<string | null> {
		const object = await call(`look at ${upload.path}`, () => this.#bucket.head(this.#key(upload.path)));
		return object?.customMetadata?.['owner'] ?? null;
	}

	#info(object: R2Object): FileInfo {
		return { path: object.key.slice(this.#root.length), size: object.size, etag: object.etag, modifiedAt: object.uploaded.getTime() };
	}

	#onlyBucket(bucket: string | null): void {
		if (bucket !== null && bucket !== '') {
			throw new AppError('invalid_input', `The embedded storage has no bucket ${JSON.stringify(bucket)}.`, {
				hint: 'Leave bucket out and name folders in path.',
			});
		}
	}
}

function missing(path: string): AppError {
	return new AppError('not_found', `There is no file ${path} in the embedded storage.`, {
		hint: 'Names are case-sensitive; list the folder to see what is there.',
	});
}

function emptyStream(): ReadableStream<Uint8Array> {
	return new Blob([]).stream();
}
