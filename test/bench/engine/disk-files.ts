import type { FileInfo, FileStore, UploadRef } from '../../../src/connectors/connector.ts';

const PART_BYTES = 6 * 1024 * 1024;

/**
 * A folder of this machine through workerd's own disk service, in the place of R2: bytes come at the speed of the system's
 * file cache, so that what is measured is the engine. An upload is a folder whose parts, one behind the other, are the file;
 * its last part is there once it is complete.
 */
export class DiskFiles implements FileStore {
	readonly kind = 'files';
	readonly partBytes = PART_BYTES;
	readonly #disk: Fetcher;

	constructor(disk: Fetcher) {
		this.#disk = disk;
	}

	async close(): Promise<void> {}

	interrupt(): void {}

	async check() {
		return { ok: true, latencyMs: 0, message: '' };
	}

	async list({ prefix }: { prefix: string }): Promise<{ files: FileInfo[]; after: string | null }> {
		const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
		const answer = await this.#disk.fetch(url(folder));
		if (!answer.ok) return { files: [], after: null };
		const names = (await answer.json<{ name: string; type: string }[]>()).filter(({ name, type }) => type === 'file' && `${folder}${name}`.startsWith(prefix));
		const files = await Promise.all(names.map(({ name }) => this.stat(null, `${folder}${name}`)));
		return { files: files.filter((file) => file !== null), after: null };
	}

	async stat(_bucket: string | null, path: string): Promise<FileInfo | null> {
		const answer = await this.#disk.fetch(url(path), { method: 'HEAD' });
		if (!answer.ok) return null;
		const modified = answer.headers.get('Last-Modified') ?? '';
		return { path, size: Number(answer.headers.get('Content-Length')), etag: modified, modifiedAt: Date.parse(modified) };
	}

	async read({ path, offset, length }: { path: string; offset: number; length: number | null }): Promise<ReadableStream<Uint8Array>> {
		const range = offset === 0 && length === null ? {} : { Range: `bytes=${offset}-${length === null ? '' : offset + length - 1}` };
		const answer = await this.#disk.fetch(url(path), { headers: range });
		if (!answer.ok || answer.body === null) throw new Error(`${path} cannot be read: ${answer.status}`);
		return answer.body;
	}

	async beginUpload({ path }: { path: string }): Promise<string> {
		return path;
	}

	async uploadPart({ path }: UploadRef, part: number, bytes: Uint8Array): Promise<string> {
		const answer = await this.#disk.fetch(url(`${path}.parts/${String(part).padStart(5, '0')}`), { method: 'PUT', body: bytes });
		if (!answer.ok) throw new Error(`part ${part} of ${path} cannot be written: ${answer.status}`);
		return String(part);
	}

	async completeUpload({ path }: UploadRef, tags: readonly string[]): Promise<void> {
		await this.#disk.fetch(url(`${path}.complete`), { method: 'PUT', body: tags.join('\n') });
	}

	async abortUpload(): Promise<void> {}

	async copy(): Promise<void> {
		throw new Error('the bench copies nothing');
	}

	async remove(): Promise<void> {
		throw new Error('the bench removes nothing');
	}
}

const url = (path: string) => `http://disk/${path}`;
