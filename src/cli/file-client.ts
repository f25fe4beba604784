import { createWriteStream, openAsBlob } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { AppError } from '../lib/errors.ts';
import { send } from './http-client.ts';

export interface FileClient {
	/** Streams a local file into the account's embedded storage, whatever its size. */
	put(local: string, key: string): Promise<void>;
	/** Writes to the local file, or to stdout where there is none. */
	get(key: string, local: string | null): Promise<void>;
	/** Every file below the prefix, in key order. */
	list(prefix: string): Promise<readonly ListedFile[]>;
}

export interface ListedFile {
	readonly path: string;
	readonly size: number;
	readonly modified_at: string;
}

export function fileClient(url: string, account: string, token: string): FileClient {
	const base = `${url}/${encodeURIComponent(account)}/api/files`;
	const address = (key: string) => `${base}/${key.split('/').map(encodeURIComponent).join('/')}`;
	return {
		async put(local, key) {
			// A blob of a file has a known length and is read as it is sent: the gateway needs the length, we must not hold the content.
			const content = await openAsBlob(local).catch(() => {
				throw new AppError('not_found', `${local} cannot be read.`, { hint: 'Name a file that exists and that you may read.' });
			});
			await send(address(key), token, { method: 'PUT', body: content, headers: { 'content-type': 'application/octet-stream' } });
		},
		async get(key, local) {
			const response = await send(address(key), token);
			const content = response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as unknown as NodeReadableStream);
			if (local === null) return pipeline(content, process.stdout, { end: false });
			const draft = `${local}.part`;
			try {
				await pipeline(content, createWriteStream(draft));
				await rename(draft, local);
			} finally {
				await rm(draft, { force: true });
			}
		},
		async list(prefix) {
			const found: ListedFile[] = [];
			let after: string | null = null;
			do {
				const query = new URLSearchParams({ prefix, ...(after === null ? {} : { after }) });
				const page = (await (await send(`${base}?${query}`, token)).json()) as { files: readonly ListedFile[]; after: string | null };
				found.push(...page.files);
				after = page.after;
			} while (after !== null);
			return found;
		},
	};
}
