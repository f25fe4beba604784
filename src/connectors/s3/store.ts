import { AppError } from '../../lib/errors.ts';
import type { CheckResult, ConnectorEnv, FileInfo, FileStore, UploadRef } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { objectKey, objectPrefix } from '../object-path.ts';
import { probe, upstream } from '../upstream.ts';
import { codeOf, S3Client } from './client.ts';
import type { S3Config, S3Secrets } from './config.ts';
import { copyS3Object } from './copy.ts';
import { escapeXml, xmlElements, xmlText } from './xml.ts';

const PART_BYTES = 6 * 1024 * 1024;
const PAGE = 1000;

export function openS3(settings: CheckedSettings<S3Config, S3Secrets>, env: ConnectorEnv): FileStore {
	const prefix = settings.config.prefix.replace(/^\/+|\/+$/g, '');
	return new S3FileStore(new S3Client(settings, env), settings.config.bucket ?? null, prefix === '' ? '' : objectPrefix('', `${prefix}/`));
}

/** Any store that speaks S3's REST API. */
class S3FileStore implements FileStore {
	readonly kind = 'files';
	readonly partBytes = PART_BYTES;
	readonly #client: S3Client;
	readonly #bucket: string | null;
	readonly #root: string;

	constructor(client: S3Client, bucket: string | null, root: string) {
		this.#client = client;
		this.#bucket = bucket;
		this.#root = root;
	}

	async close(): Promise<void> {}

	interrupt(): void {
		this.#client.interrupt();
	}

	/**
	 * Lists one object, which every use needs. It does not write: keys for reading only are common and right for sources; a
	 * destination without the right to write is told so when its upload begins, before any row is read.
	 */
	check(): Promise<CheckResult> {
		return probe(async () => {
			if (this.#bucket === null)
				throw upstream('No bucket is set, so there is nothing to look at.', { retryable: false, hint: 'Set bucket to let the connection be checked.' });
			const xml = await this.#list(this.#bucket, this.#root, null, 1);
			return `Listed the bucket ${this.#bucket}; it ${xmlElements(xml, 'Contents').length === 0 ? 'is empty' : 'has files'}.`;
		});
	}

	async list(request: { bucket: string | null; prefix: string; after: string | null }): Promise<{ files: FileInfo[]; after: string | null }> {
		const prefix = objectPrefix(this.#root, request.prefix);
		const after = request.after === null ? null : objectKey(this.#root, request.after);
		const xml = await this.#list(this.#inBucket(request.bucket), prefix, after, PAGE);
		// Folders made by hand in consoles are empty objects whose key ends in a slash.
		const keys = xmlElements(xml, 'Contents').map((item) => ({ item, key: decodeKey(xmlText(item, 'Key') ?? '') }));
		const files = keys
			.filter(({ key }) => !key.endsWith('/'))
			.map(({ item, key }) => ({
				path: key.slice(this.#root.length),
				size: Number(xmlText(item, 'Size') ?? 0),
				etag: plainTag(xmlText(item, 'ETag')),
				modifiedAt: Date.parse(xmlText(item, 'LastModified') ?? '') || 0,
			}));
		const last = keys.at(-1)?.key.slice(this.#root.length).replace(/\/$/, '');
		return { files, after: xmlText(xml, 'IsTruncated') === 'true' ? (last ?? null) : null };
	}

	async stat(bucket: string | null, path: string): Promise<FileInfo | null> {
		const headers = await this.#head(bucket, path);
		if (headers === null) return null;
		return {
			path,
			size: Number(headers.get('Content-Length') ?? 0),
			etag: plainTag(headers.get('ETag')),
			modifiedAt: Date.parse(headers.get('Last-Modified') ?? '') || 0,
		};
	}

	async read(file: { bucket: string | null; path: string; offset: number; length: number | null; etag: string | null }): Promise<ReadableStream<Uint8Array>> {
		const target = this.#object(file.bucket, file.path);
		const whole = file.offset === 0 && file.length === null;
		const headers: Record<string, string> = {};
		if (!whole) headers['Range'] = `bytes=${file.offset}-${file.length === null ? '' : file.offset + Math.max(file.length, 1) - 1}`;
		if (file.etag !== null) headers['If-Match'] = `"${file.etag}"`;
		try {
			const answer = await this.#client.send({ method: 'GET', ...target, headers });
			// Stores that do not know If-Match give the object as it is: its tag tells.
			if (file.etag !== null && plainTag(answer.headers.get('ETag')) !== file.etag) throw changed(file.path);
			if (file.length === 0) {
				await answer.body?.cancel();
				return emptyStream();
			}
			if (!whole && answer.status !== 206) {
				await answer.body?.cancel();
				throw rangeIgnored(file.path);
			}
			return answer.body ?? emptyStream();
		} catch (error) {
			switch (codeOf(error)) {
				case 'NoSuchKey':
				case 'NotFound':
					throw missing(file.path);
				case 'PreconditionFailed':
					throw changed(file.path);
				case 'InvalidRange': {
					const info = await this.stat(file.bucket, file.path);
					if (file.etag !== null && info?.etag !== file.etag) throw changed(file.path);
					return emptyStream();
				}
				default:
					throw error;
			}
		}
	}

	async beginUpload(target: { bucket: string | null; path: string; contentType: string; owner: string }): Promise<string> {
		const headers = { 'Content-Type': target.contentType, 'x-amz-meta-owner': target.owner };
		const xml = await this.#client.sendForXml({ method: 'POST', ...this.#object(target.bucket, target.path), query: { uploads: '' }, headers });
		const token = xmlText(xml, 'UploadId');
		if (token === null) throw upstream(`The storage began no upload of ${target.path}.`, { retryable: false, hint: 'It may not speak S3 multipart uploads.' });
		return token;
	}

	async uploadPart(upload: UploadRef, part: number, bytes: Uint8Array): Promise<string> {
		const query = { partNumber: String(part), uploadId: upload.token };
		const answer = await this.#client.send({ method: 'PUT', ...this.#object(upload.bucket, upload.path), query, body: bytes });
		await answer.body?.cancel();
		return plainTag(answer.headers.get('ETag'));
	}

	async completeUpload(upload: UploadRef, tags: readonly string[]): Promise<void> {
		// No upload of no parts can be completed: an empty file is one part of no bytes.
		const parts = tags.length > 0 ? tags : [await this.uploadPart(upload, 1, new Uint8Array(0))];
		const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts
			.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>&quot;${escapeXml(tag)}&quot;</ETag></Part>`)
			.join('')}</CompleteMultipartUpload>`;
		const headers = { 'Content-Type': 'application/xml' };
		try {
			await this.#client.sendForXml({ method: 'POST', ...this.#object(upload.bucket, upload.path), query: { uploadId: upload.token }, headers, body });
		} catch (error) {
			// The answer of an earlier attempt may have been lost after the work was done: then the object is there and ours.
			const gone = codeOf(error) === 'NoSuchUpload' || codeOf(error) === 'NotFound';
			if (gone && (await this.#head(upload.bucket, upload.path))?.get('x-amz-meta-owner') === upload.owner) return;
			throw error;
		}
	}

	async abortUpload(upload: UploadRef): Promise<void> {
		try {
			const answer = await this.#client.send({ method: 'DELETE', ...this.#object(upload.bucket, upload.path), query: { uploadId: upload.token } });
			await answer.body?.cancel();
		} catch (error) {
			if (codeOf(error) !== 'NoSuchUpload' && codeOf(error) !== 'NotFound') throw error;
		}
	}

	async copy(from: { bucket: string | null; path: string }, to: { bucket: string | null; path: string }): Promise<void> {
		const [source, target] = [this.#object(from.bucket, from.path), this.#object(to.bucket, to.path)];
		const headers = await this.#head(from.bucket, from.path);
		if (headers === null) throw missing(from.path);
		const described = { size: Number(headers.get('Content-Length') ?? 0), etag: plainTag(headers.get('ETag')), contentType: headers.get('Content-Type') };
		await copyS3Object(this.#client, { ...source, ...described }, target);
	}

	async remove(bucket: string | null, path: string): Promise<void> {
		try {
			const answer = await this.#client.send({ method: 'DELETE', ...this.#object(bucket, path) });
			await answer.body?.cancel();
		} catch (error) {
			if (codeOf(error) !== 'NoSuchKey' && codeOf(error) !== 'NotFound') throw error;
		}
	}

	#list(bucket: string, prefix: string, after: string | null, count: number): Promise<string> {
		const query = { 'list-type': '2', prefix, 'max-keys': String(count), 'encoding-type': 'url', ...(after === null ? {} : { 'start-after': after }) };
		return this.#client.sendForXml({ method: 'GET', bucket, key: '', query });
	}

	async #head(bucket: string | null, path: string): Promise<Headers | null> {
		try {
			return (await this.#client.send({ method: 'HEAD', ...this.#object(bucket, path) })).headers;
		} catch (error) {
			if (codeOf(error) === 'NotFound') return null;
			throw error;
		}
	}

	#object(bucket: string | null, path: string): { bucket: string; key: string } {
		return { bucket: this.#inBucket(bucket), key: objectKey(this.#root, path) };
	}

	#inBucket(bucket: string | null): string {
		const name = bucket === null || bucket === '' ? this.#bucket : bucket;
		if (name === null) throw new AppError('invalid_input', 'Neither the component nor the connection names a bucket.', { hint: 'Set bucket in one of them.' });
		if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(name) || name.includes('..')) {
			throw new AppError('invalid_input', `${JSON.stringify(name)} is no bucket name.`, {
				hint: 'Bucket names are letters, digits, dots and dashes; folders belong into path.',
			});
		}
		return name;
	}
}

/** With `encoding-type=url` a key comes percent-encoded, a blank as a plus sign. */
function decodeKey(key: string): string {
	try {
		return decodeURIComponent(key.replaceAll('+', ' '));
	} catch {
		return key;
	}
}

function plainTag(tag: string | null): string {
	return (tag ?? '').replace(/^W\//, '').replaceAll('"', '');
}

function missing(path: string): AppError {
	return new AppError('not_found', `There is no file ${path} in the storage.`, { hint: 'Names are case-sensitive; list the folder to see what is there.' });
}

function changed(path: string): AppError {
	return new AppError('conflict', `The file ${path} changed while it was being read.`, {
		hint: 'Run again when nothing writes it; or write new files under new names and read the folder.',
	});
}

/** What came would be taken for the part of another place: rows twice, or none. */
function rangeIgnored(path: string): AppError {
	return upstream(`The storage gave all of ${path} where a part of it was asked for.`, {
		retryable: false,
		hint: 'It must answer Range requests; some do not for objects that have a Content-Encoding: upload it without one.',
	});
}

function emptyStream(): ReadableStream<Uint8Array> {
	return new Blob([]).stream();
}
