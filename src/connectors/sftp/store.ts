import { AppError } from '../../lib/errors.ts';
import type { CheckResult, ConnectorEnv, FileInfo, FileStore, UploadRef } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { objectKey, objectPrefix } from '../object-path.ts';
import { probe, upstream } from '../upstream.ts';
import { SftpClient } from './client.ts';
import type { SftpConfig, SftpSecrets } from './config.ts';
import { bytesOf } from './read.ts';
import { infoOf, stagingName, tagOf, walk } from './walk.ts';

const PART_BYTES = 4 * 1024 * 1024;
const PAGE = 1000;

export function openSftp(settings: CheckedSettings<SftpConfig, SftpSecrets>, env: ConnectorEnv): FileStore {
	const folder = settings.config.folder.replace(/\/+$/, '');
	const [absolute, relative] = folder.startsWith('/') ? ['/', folder.slice(1)] : ['', folder];
	const below = relative === '' ? absolute : objectPrefix(absolute, `${relative}/`);
	return new SftpFileStore(new SftpClient(settings, env), settings.config.host, settings.config.folder === '/' ? '/' : below);
}

/** Files of a server that speaks SFTP version 3. */
class SftpFileStore implements FileStore {
	readonly kind = 'files';
	readonly partBytes = PART_BYTES;
	readonly #client: SftpClient;
	readonly #host: string;
	readonly #root: string;
	/** The listing under way. Safe to lose: the next page is then looked for from the beginning. */
	#listing: { readonly prefix: string; readonly after: string; readonly rest: AsyncGenerator<FileInfo, void>; readonly ahead: FileInfo } | null = null;

	constructor(client: SftpClient, host: string, root: string) {
		this.#client = client;
		this.#host = host;
		this.#root = root;
	}

	close(): Promise<void> {
		this.#listing = null;
		return this.#client.close();
	}

	interrupt(): void {
		this.#client.interrupt();
	}

	/** Signs in and looks into the folder. It writes nothing: logins for reading only are right for sources. */
	check(): Promise<CheckResult> {
		return probe(async () => {
			const folder = this.#root || 'the home folder';
			const entries = await this.#client.use(`list ${folder}`, (session) => session.entries(this.#root || '.'));
			if (entries === null) throw upstream(`There is no folder ${folder} on ${this.#host}.`, { retryable: false, hint: 'Check folder of the connection.' });
			return `Signed in to ${this.#host} and its key is the trusted one; ${folder} has ${entries.length} entries.`;
		});
	}

	async list(request: { bucket: string | null; prefix: string; after: string | null }): Promise<{ files: FileInfo[]; after: string | null }> {
		onlyBucket(request.bucket);
		const { prefix, after } = request;
		objectPrefix(this.#root, prefix);
		const open = this.#listing;
		this.#listing = null;
		return this.#client.use(`list ${prefix || 'the folder'}`, async (session) => {
			const goesOn = open !== null && open.prefix === prefix && open.after === after;
			const rest = goesOn ? open.rest : walk(session, this.#root, prefix, after);
			const files: FileInfo[] = goesOn ? [open.ahead] : [];
			for (;;) {
				const next = await rest.next();
				if (next.done === true) return { files, after: null };
				if (files.length === PAGE) {
					const last = (files.at(-1) as FileInfo).path;
					this.#listing = { prefix, after: last, rest, ahead: next.value };
					return { files, after: last };
				}
				files.push(next.value);
			}
		});
	}

	async stat(bucket: string | null, path: string): Promise<FileInfo | null> {
		const full = this.#full(bucket, path);
		const file = await this.#client.use(`look at ${path}`, (session) => session.stat(full));
		return file?.kind === 'file' ? infoOf(path, file) : null;
	}

	async read(file: { bucket: string | null; path: string; offset: number; length: number | null; etag: string | null }): Promise<ReadableStream<Uint8Array>> {
		const { path, offset, length, etag } = file;
		const full = this.#full(file.bucket, path);
		return this.#client.use(`read ${path}`, async (session) => {
			if ((await session.stat(full))?.kind !== 'file') throw missing(path);
			const handle = await session.open(full, 'r');
			const found = await session.statOpen(handle);
			if (etag !== null && tagOf(found) !== etag) {
				await session.close(handle);
				throw changed(path);
			}
			const end = Math.min(found.size, length === null ? found.size : offset + length);
			return bytesOf(this.#client, { session, path, handle }, { offset, end }, async () => {
				if (tagOf(await session.statOpen(handle)) !== tagOf(found)) throw changed(path);
			});
		});
	}

	/**
	 * Begins a hidden file beside the target. Which time the file will bear is decided now: later than what it replaces, so that the
	 * two can be told apart, and known to whoever completes the upload again.
	 */
	async beginUpload(target: { bucket: string | null; path: string; contentType: string; owner: string }): Promise<string> {
		const full = this.#full(target.bucket, target.path);
		const id = crypto.randomUUID();
		const stamp = await this.#client.use(`begin to write ${target.path}`, async (session) => {
			await session.makeFolder(folderOf(full).replace(/(.)\/$/, '$1'));
			await session.close(await session.open(`${folderOf(full)}${stagingName(id)}`, 'wx'));
			const there = await session.stat(full);
			return Math.max(Math.floor(Date.now() / 1000), (there?.modified ?? 0) + 1);
		});
		return `${id} ${stamp}`;
	}

	/** Every part has its place, so that writing it again changes nothing. The tag is its length. */
	async uploadPart(upload: UploadRef, part: number, bytes: Uint8Array): Promise<string> {
		const { staging } = this.#staged(upload);
		await this.#client.use(`write part ${part} of ${upload.path}`, async (session) => {
			const handle = await session.open(staging, 'r+');
			try {
				await session.write(handle, bytes, (part - 1) * PART_BYTES);
			} finally {
				await session.close(handle);
			}
		});
		return String(bytes.length);
	}

	async completeUpload(upload: UploadRef, tags: readonly string[]): Promise<void> {
		const { full, staging, stamp } = this.#staged(upload);
		await this.#client.useHeld(`finish ${upload.path}`, async (session) => {
			const staged = await session.stat(staging, false);
			if (staged === null) {
				// The answer of an earlier attempt may have been lost after the rename: then the file is there, and bears our time.
				if ((await session.stat(full))?.modified === stamp) return;
				throw upstream(`The upload of ${upload.path} is gone.`, { retryable: false, hint: 'It was dropped, or somebody removed its hidden file; run again.' });
			}
			const size = tags.reduce((sum, tag) => sum + Number(tag), 0);
			const placed = tags.slice(0, -1).every((tag) => Number(tag) === PART_BYTES);
			if (!placed || !(staged.size >= size)) {
				throw upstream(`Of ${upload.path} ${staged.size} bytes are there instead of ${size}.`, {
					retryable: false,
					hint: 'Somebody changed its hidden file; run again.',
				});
			}
			const handle = await session.open(staging, 'r+');
			try {
				// A part that was written again may have been longer the first time.
				if (staged.size > size) await session.truncate(handle, size);
				await session.sync(handle);
				await session.setModified(handle, stamp);
			} finally {
				await session.close(handle);
			}
			await session.replace(staging, full);
		});
	}

	async abortUpload(upload: UploadRef): Promise<void> {
		const { staging } = this.#staged(upload);
		await this.#client.use(`drop the upload of ${upload.path}`, (session) => session.remove(staging));
	}

	/** Servers copy nothing themselves: the bytes come here and go back. */
	async copy(from: { bucket: string | null; path: string }, to: { bucket: string | null; path: string }): Promise<void> {
		this.#full(to.bucket, to.path);
		const source = await this.read({ ...from, offset: 0, length: null, etag: null });
		const owner = 'copy';
		const upload = { ...to, owner, token: await this.beginUpload({ ...to, contentType: '', owner }) };
		try {
			const parts: string[] = [];
			let held = Buffer.alloc(0);
			for await (const bytes of source) {
				held = Buffer.concat([held, bytes]);
				if (held.length < PART_BYTES) continue;
				parts.push(await this.uploadPart(upload, parts.length + 1, held.subarray(0, PART_BYTES)));
				held = held.subarray(PART_BYTES);
			}
			if (held.length > 0) parts.push(await this.uploadPart(upload, parts.length + 1, held));
			await this.completeUpload(upload, parts);
		} catch (error) {
			await this.abortUpload(upload).catch(() => undefined);
			throw error;
		}
	}

	async remove(bucket: string | null, path: string): Promise<void> {
		const full = this.#full(bucket, path);
		await this.#client.useHeld(`remove ${path}`, (session) => session.remove(full));
	}

	#full(bucket: string | null, path: string): string {
		onlyBucket(bucket);
		return objectKey(this.#root, path);
	}

	#staged(upload: UploadRef): { readonly full: string; readonly staging: string; readonly stamp: number } {
		const full = this.#full(upload.bucket, upload.path);
		const [id = '', stamp] = upload.token.split(' ');
		return { full, staging: `${folderOf(full)}${stagingName(id)}`, stamp: Number(stamp) };
	}
}

function folderOf(path: string): string {
	return path.slice(0, path.lastIndexOf('/') + 1);
}

function onlyBucket(bucket: string | null): void {
	if (bucket !== null && bucket !== '') {
		throw new AppError('invalid_input', `An SFTP server has no bucket ${JSON.stringify(bucket)}.`, { hint: 'Leave bucket out and name folders in path.' });
	}
}

function missing(path: string): AppError {
	return new AppError('not_found', `There is no file ${path} on the server.`, { hint: 'Names are case-sensitive; list the folder to see what is there.' });
}

function changed(path: string): AppError {
	return new AppError('conflict', `The file ${path} changed while it was being read.`, {
		hint: 'Run again when nothing writes it; or write new files under new names and read the folder.',
	});
}
