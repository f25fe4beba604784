import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Miniflare } from 'miniflare';
import { DATABASE } from './bindings.ts';
import { REPOSITORY } from './bundle.ts';

const FOLDER = join(REPOSITORY, 'schema/migrations');

/** The table `wrangler d1 migrations apply` keeps, so that both see the same history. */
const HISTORY = `CREATE TABLE IF NOT EXISTS d1_migrations(
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT UNIQUE,
	applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Brings the embedded D1 up to the newest migration, each in one transaction with its line in the history. Gives the names applied. */
export async function applyMigrations(gateway: Miniflare): Promise<readonly string[]> {
	const database = await gateway.getD1Database(DATABASE.binding);
	await database.prepare(HISTORY).run();
	const known = await database.prepare('SELECT name FROM d1_migrations').all<{ name: string }>();
	const applied = new Set(known.results.map((row) => row.name));
	const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
	const pending = files.filter((name) => !applied.has(name));
	if (pending.length === 0) return [];
	// Loading wrangler takes a second: only a state that has something to apply pays for it.
	const { unstable_splitSqlQuery } = await import('wrangler');
	for (const name of pending) {
		const statements = unstable_splitSqlQuery(await readFile(join(FOLDER, name), 'utf8'));
		const line = database.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name);
		await database.batch([...statements.map((statement) => database.prepare(statement)), line]);
	}
	return pending;
}
