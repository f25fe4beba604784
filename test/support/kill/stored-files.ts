import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eachDatabase } from './on-disk.ts';

/** What the embedded storage holds, read without the gateway. */
export interface StoredFiles {
	/** Files that readers see below a prefix. */
	paths(prefix: string): string[];
	content(path: string): Promise<Buffer>;
	/** Parts of uploads that were neither completed nor aborted, below a prefix. */
	strayParts(prefix: string): number;
}

interface Stored {
	readonly key: string;
	readonly blob_id: string | null;
}

/** Every file of the first account. */
const FILES = 'accounts/1/files/';

export async function storedFiles(state: string): Promise<StoredFiles> {
	const [found] = await eachDatabase(join(state, 'data/r2/miniflare-R2BucketObject'), (database) => ({
		objects: database.prepare('SELECT key, blob_id FROM _mf_objects').all() as unknown as Stored[],
		parts: database
			.prepare(
				'SELECT p.blob_id, p.object_key, u.key, u.state FROM _mf_multipart_parts AS p JOIN _mf_multipart_uploads AS u USING (upload_id) ORDER BY part_number',
			)
			.all() as { blob_id: string; object_key: string | null; key: string; state: number }[],
	}));
	const { objects, parts } = found ?? { objects: [], parts: [] };
	return {
		paths: (prefix) => objects.filter(({ key }) => key.startsWith(FILES + prefix)).map(({ key }) => key.slice(FILES.length)),
		async content(path) {
			const key = FILES + path;
			const whole = objects.find((object) => object.key === key)?.blob_id ?? null;
			const blobs = whole === null ? parts.filter((part) => part.object_key === key).map((part) => part.blob_id) : [whole];
			return Buffer.concat(await Promise.all(blobs.map((blob) => readFile(join(state, 'data/r2/headgate-files/blobs', blob)))));
		},
		strayParts: (prefix) => parts.filter(({ state: open, key }) => open === 0 && key.startsWith(FILES + prefix)).length,
	};
}
