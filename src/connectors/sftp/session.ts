import type { Client, SFTPWrapper, Stats } from 'ssh2';

/** What a server says of a file. Times are whole seconds: the protocol (version 3) has no finer ones. */
export interface RemoteFile {
	readonly size: number;
	/** Seconds since 1970. */
	readonly modified: number;
	readonly kind: 'file' | 'folder' | 'link' | 'other';
}

type Done<T> = (error: Error | null | undefined, value: T) => void;

/** Status codes of draft-ietf-secsh-filexfer-02, 7. */
export const STATUS = { eof: 1, noSuchFile: 2, permissionDenied: 3, failure: 4, noConnection: 6, connectionLost: 7, unsupported: 8 } as const;

/** Two writes of 256 KiB are on their way at once. */
const WRITE_BYTES = 256 * 1024;
const WRITES_AHEAD = 2;

/** One signed-in session as promises. An answer that does not come in time, or a connection that ends, fails what waits. */
export class SftpSession {
	readonly #client: Client;
	readonly #sftp: SFTPWrapper;
	readonly #timeoutMs: number;
	readonly #lost: Promise<never>;

	constructor(client: Client, sftp: SFTPWrapper, timeoutMs: number) {
		this.#client = client;
		this.#sftp = sftp;
		this.#timeoutMs = timeoutMs;
		const { promise, reject } = Promise.withResolvers<never>();
		client.on('error', (error) => reject(asLoss(error)));
		client.on('close', () => reject(new Error('the server closed the connection')));
		sftp.on('close', () => reject(new Error('the server ended the SFTP session')));
		// Where nothing waits the loss is told to the next call.
		promise.catch(() => undefined);
		this.#lost = promise;
	}

	end(): void {
		this.#client.end();
	}

	/** Null where there is nothing of that name. `follow` false: of a link itself. */
	async stat(path: string, follow = true): Promise<RemoteFile | null> {
		try {
			return described(await this.#ask<Stats>((done) => (follow ? this.#sftp.stat(path, done) : this.#sftp.lstat(path, done))));
		} catch (error) {
			if (statusOf(error) === STATUS.noSuchFile) return null;
			throw error;
		}
	}

	async statOpen(handle: Buffer): Promise<RemoteFile> {
		return described(await this.#ask<Stats>((done) => this.#sftp.fstat(handle, done)));
	}

	/** Names in a folder with what they are; null where there is no such folder. */
	async entries(folder: string): Promise<{ readonly name: string; readonly file: RemoteFile }[] | null> {
		try {
			const listed = await this.#ask<{ filename: string; attrs: Stats }[]>((done) => this.#sftp.readdir(folder, done));
			return listed.filter(({ filename }) => filename !== '.' && filename !== '..').map(({ filename, attrs }) => ({ name: filename, file: described(attrs) }));
		} catch (error) {
			if (statusOf(error) === STATUS.noSuchFile) return null;
			throw error;
		}
	}

	/** `r`: to read · `r+`: to write into what is there · `wx`: a new file, refused where there is one. */
	open(path: string, mode: 'r' | 'r+' | 'wx'): Promise<Buffer> {
		return this.#ask((done) => this.#sftp.open(path, mode, done));
	}

	async close(handle: Buffer): Promise<void> {
		await this.#ask<unknown>((done) => this.#sftp.close(handle, done as (error?: Error | null) => void));
	}

	/** Exactly `length` bytes from `offset`, fewer only at the end of the file. */
	async read(handle: Buffer, offset: number, length: number): Promise<Uint8Array> {
		const bytes = Buffer.alloc(length);
		let filled = 0;
		while (filled < length) {
			// Servers give less than asked for when they like to.
			const count = await this.#ask<number>((done) =>
				this.#sftp.read(handle, bytes, filled, length - filled, offset + filled, (error, read) => done(error, read)),
			);
			if (count === 0) break;
			filled += count;
		}
		return bytes.subarray(0, filled);
	}

	async write(handle: Buffer, bytes: Uint8Array, offset: number): Promise<void> {
		const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const step = WRITE_BYTES * WRITES_AHEAD;
		for (let from = 0; from < buffer.length; from += step) {
			const writes: Promise<unknown>[] = [];
			for (let at = from; at < Math.min(buffer.length, from + step); at += WRITE_BYTES) {
				const length = Math.min(WRITE_BYTES, buffer.length - at);
				writes.push(this.#ask<unknown>((done) => this.#sftp.write(handle, buffer, at, length, offset + at, done as (error?: Error | null) => void)));
			}
			await Promise.all(writes);
		}
	}

	async truncate(handle: Buffer, size: number): Promise<void> {
		await this.#ask<unknown>((done) => this.#sftp.fsetstat(handle, { size }, done as (error?: Error | null) => void));
	}

	/** Sets the time of modification; false where the server does not let it be set. */
	async setModified(handle: Buffer, seconds: number): Promise<boolean> {
		try {
			await this.#ask<unknown>((done) => this.#sftp.futimes(handle, seconds, seconds, done as (error?: Error | null) => void));
			return true;
		} catch (error) {
			if (statusOf(error) === STATUS.unsupported || statusOf(error) === STATUS.permissionDenied) return false;
			throw error;
		}
	}

	/** Has the bytes written to the disk where the server knows how to (fsync@openssh.com). */
	async sync(handle: Buffer): Promise<void> {
		if (this.#knows('fsync@openssh.com')) await this.#ask<unknown>((done) => this.#sftp.ext_openssh_fsync(handle, done as (error?: Error | null) => void));
	}

	/** Gives a file another name, in place of what has it. Without posix-rename@openssh.com the old one is removed a moment before. */
	async replace(from: string, to: string): Promise<void> {
		if (this.#knows('posix-rename@openssh.com')) {
			await this.#ask<unknown>((done) => this.#sftp.ext_openssh_rename(from, to, done as (error?: Error | null) => void));
			return;
		}
		if ((await this.stat(to, false)) !== null) await this.remove(to);
		await this.#ask<unknown>((done) => this.#sftp.rename(from, to, done as (error?: Error | null) => void));
	}

	/** A name that is not there is fine. */
	async remove(path: string): Promise<void> {
		try {
			await this.#ask<unknown>((done) => this.#sftp.unlink(path, done as (error?: Error | null) => void));
		} catch (error) {
			if (statusOf(error) !== STATUS.noSuchFile) throw error;
		}
	}

	/** A folder with all above it; those that are there are fine. */
	async makeFolder(path: string): Promise<void> {
		if (path === '' || path === '/' || (await this.stat(path)) !== null) return;
		await this.makeFolder(path.slice(0, Math.max(path.lastIndexOf('/'), path.startsWith('/') ? 1 : 0)));
		try {
			await this.#ask<unknown>((done) => this.#sftp.mkdir(path, done as (error?: Error | null) => void));
		} catch (error) {
			// Another may have made it meanwhile.
			if ((await this.stat(path))?.kind !== 'folder') throw error;
		}
	}

	#knows(extension: string): boolean {
		// ssh2 keeps what the server offered; its types do not know that.
		return Object.hasOwn((this.#sftp as unknown as { _extensions: object })._extensions, extension);
	}

	async #ask<T>(start: (done: Done<T>) => void): Promise<T> {
		const { promise, resolve, reject } = Promise.withResolvers<T>();
		const timer = setTimeout(() => reject(new Error(`no answer within ${this.#timeoutMs / 1000} s`)), this.#timeoutMs);
		try {
			start((error, value) => (error === null || error === undefined ? resolve(value) : reject(error)));
			return await Promise.race([promise, this.#lost]);
		} catch (error) {
			// At the end of a file some servers answer with a status instead of no bytes.
			if (statusOf(error) === STATUS.eof) return 0 as T;
			throw error;
		} finally {
			clearTimeout(timer);
		}
	}
}

/** A connection that ended, told so: the reason's number must not pass for the status of a request. */
export function asLoss(error: Error): Error {
	const { level } = error as { level?: unknown };
	return level === undefined ? new Error(error.message, { cause: error }) : error;
}

/** The server's status; null where the failure is not an answer of its. */
export function statusOf(error: unknown): number | null {
	const code = error instanceof Error && !('level' in error) ? (error as { code?: unknown }).code : null;
	return typeof code === 'number' ? code : null;
}

function described(stats: Stats): RemoteFile {
	const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
	return { size: stats.size, modified: stats.mtime, kind };
}
