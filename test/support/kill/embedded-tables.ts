import { join } from 'node:path';
import { eachDatabase } from './on-disk.ts';

/** What the embedded database holds, read without the gateway. */
export interface EmbeddedTables {
	/** Null where there is no such table. */
	readonly rows: readonly Readonly<Record<string, unknown>>[] | null;
	/** Staged pieces, and staging tables. */
	readonly staged: number;
}

export async function embeddedTable(state: string, table: string): Promise<EmbeddedTables> {
	const [found] = await eachDatabase(join(state, 'data/do/headgate-DatabaseObject'), (database) => {
		const there = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined;
		const { staged } = database.prepare('SELECT count(*) AS staged FROM __hg_stage').get() as { staged: number };
		const { merges } = database.prepare("SELECT count(*) AS merges FROM sqlite_master WHERE name LIKE '\\_\\_hg\\_merge%' ESCAPE '\\'").get() as {
			merges: number;
		};
		return { rows: there ? (database.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]) : null, staged: staged + merges };
	});
	return found ?? { rows: null, staged: 0 };
}
