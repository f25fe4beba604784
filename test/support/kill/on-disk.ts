import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Reads copies of the databases in a folder: opening one in place would take part in its locks. A copy taken while it is
 * being written may make no sense, and then says nothing.
 */
export async function eachDatabase<T>(folder: string, read: (database: DatabaseSync) => T): Promise<T[]> {
	const files = (await readdir(folder).catch(() => [] as string[])).filter((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite');
	const copies = await mkdtemp(join(tmpdir(), 'headgate-copies-'));
	try {
		const results: T[] = [];
		for (const file of files) results.push(...(await readCopy(join(folder, file), copies, read)));
		return results;
	} finally {
		await rm(copies, { recursive: true, force: true });
	}
}

async function readCopy<T>(file: string, folder: string, read: (database: DatabaseSync) => T): Promise<T[]> {
	const copy = join(folder, basename(file));
	let database: DatabaseSync | null = null;
	try {
		await copyFile(file, copy);
		await copyFile(`${file}-wal`, `${copy}-wal`).catch(() => undefined);
		database = new DatabaseSync(copy);
		return [read(database)];
	} catch {
		return [];
	} finally {
		database?.close();
	}
}
