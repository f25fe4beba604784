import type { FileStore } from '../../../../src/connectors/connector.ts';

interface Upload {
	readonly path: string;
	readonly owner: string;
	readonly parts: Map<number, Uint8Array>;
}

/** A storage in memory that is as strict about uploads as R2: equal parts, known tags, nothing shown before `complete`. */
export class MemoryFiles implements FileStore {
	readonly kind = 'files';
	readonly partBytes: number;
	readonly files = new Map<string, Uint8Array>();
	readonly uploads = new Map<string, Upload>();
	/** Chunks of this many bytes come out of `read`. */
	chunkBytes = 65_536;
	#tokens = 0;

	constructor(files: Record<string, string | Uint8Array> = {}, partBytes = 1024) {
		this.partBytes = partBytes;
		for (const [path, content] of Object.entries(files)) this.put(path, content);
	}

	put(path: string, content: string | Uint8Array): void {
		this.files.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
	}

	text(path: string): string {
		return new TextDecoder().decode(this.files.get(path) ?? new TextEncoder().encode(`no file ${path}`));
	}

	/** Every file as text, by path. */
	texts(): Record<string, string> {
		return Object.fromEntries([...this.files.keys()].sort().map((path) => [path, this.text(path)]));
	}

	async close() {}

	interrupt() {}

	async check() {
		return { ok: true, latencyMs: 0, message: '' };
	}

	async list({ prefix, after }: { prefix: string; after: string | null }) {
		const paths = [...this.files.keys()].filter((path) => path.startsWith(prefix) && (after === null || path > after)).sort();
		const page = paths.slice(0, 2);
		return { files: page.map((path) => this.#info(path)), after: paths.length > 2 ? (page.at(-1) ?? null) : null };
	}

	async stat(_bucket: string | null, path: string) {
		return this.files.has(path) ? this.#info(path) : null;
	}

	async read({ path, offset, length }: { path: string; offset: number; length: number | null }): Promise<ReadableStream<Uint8Array>> {
		const bytes = this.files.get(path) ?? new Uint8Array(0);
		const end = length === null ? bytes.length : Math.min(bytes.length, offset + length);
		const size = this.chunkBytes;
		let at = offset;
		return new ReadableStream<Uint8Array>({
			pull(controller) {
				if (at >= end) controller.close();
				else {
					const next = Math.min(end, at + size);
					controller.enqueue(bytes.subarray(at, next));
					at = next;
				}
			},
		});
	}

	async beginUpload({ path, owner }: { path: string; owner: string }) {
		const token = `upload ${++this.#tokens}`;
		this.uploads.set(token, { path, owner, parts: new Map() });
		return token;
	}

	async uploadPart({ token }: { token: string }, part: number, bytes: Uint8Array) {
		const upload = this.uploads.get(token);
		if (upload === undefined) throw new Error(`no upload ${token}`);
		upload.parts.set(part, bytes.slice());
		return `${token} part ${part} of ${bytes.length}`;
	}

	async completeUpload({ token, owner }: { token: string; owner: string }, tags: readonly string[]) {
		const upload = this.uploads.get(token);
		if (upload === undefined) {
			if ([...this.#completed.values()].includes(owner)) return;
			throw new Error(`no upload ${token}`);
		}
		const parts = tags.map((tag, index) => {
			const bytes = upload.parts.get(index + 1) ?? new Uint8Array(0);
			if (tag !== `${token} part ${index + 1} of ${bytes.length}`) throw new Error(`part ${index + 1} is not "${tag}"`);
			if (index + 1 < tags.length && bytes.length !== this.partBytes) throw new Error(`part ${index + 1} has ${bytes.length} bytes`);
			return bytes;
		});
		this.files.set(upload.path, Buffer.concat(parts));
		this.#completed.set(upload.path, upload.owner);
		this.uploads.delete(token);
	}

	async abortUpload({ token }: { token: string }) {
		this.uploads.delete(token);
	}

	async copy(from: { path: string }, to: { path: string }) {
		this.put(to.path, this.files.get(from.path) ?? '');
	}

	async remove(_bucket: string | null, path: string) {
		this.files.delete(path);
	}

	readonly #completed = new Map<string, string>();

	#info(path: string) {
		const bytes = this.files.get(path) ?? new Uint8Array(0);
		return { path, size: bytes.length, etag: `${bytes.length}`, modifiedAt: 0 };
	}
}
