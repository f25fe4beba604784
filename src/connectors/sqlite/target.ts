import { AppError } from '../../lib/errors.ts';
import type { TableDestination } from '../../plan/endpoints.ts';
import { quoteName } from '../sql/names.ts';
import { resolveTarget, type TargetColumn, type TargetRules } from '../sql/target.ts';
import type { SqliteClient } from './client.ts';
import { INTERNAL_NAME } from './guard.ts';
import { describeTable, missingTable, onlyMain } from './tables.ts';
import { affinityOf, declaredType } from './types.ts';

/** What a destination means for the table as it is. */
export interface Target {
	readonly table: string;
	readonly columns: readonly TargetColumn[];
	/** Positions of the merge keys in `columns`. */
	readonly keys: readonly number[];
	/** Makes the table and its missing columns; nothing where all is there. */
	readonly schemaChanges: readonly string[];
}

/** SQLite's names are the same in any case; a table in a Durable Object has at most 100 columns. */
const RULES: TargetRules = { system: 'the embedded database', maxColumns: 100, declare: declaredType, fold: (name) => name.toLowerCase() };

export async function findTarget(client: SqliteClient, destination: TableDestination): Promise<Target> {
	onlyMain(destination.schema);
	if (INTERNAL_NAME.test(destination.table) || destination.table === '') {
		throw new AppError('invalid_input', `The table ${JSON.stringify(destination.table)} cannot be written.`, {
			hint: 'Take a name that does not begin with __hg_, _cf_ or sqlite_.',
		});
	}
	const table = await describeTable(client, destination.table);
	if (table === null && !destination.createTable && destination.preSql === null) {
		const missing = await missingTable(client, destination.table);
		throw new AppError('not_found', missing.message, { hint: `${missing.hint} Or set create_table to true.` });
	}
	const { columns, added, keys } = resolveTarget(destination, table?.columns ?? null, RULES);
	const create = destination.createTable ? [createTable(destination, columns, keys)] : [];
	return { table: destination.table, columns, keys, schemaChanges: [...create, ...added.map((column) => addColumn(destination.table, column))] };
}

/** The affinity a column's declaration gives it; see `affinityOf`. */
export function affinity(column: TargetColumn): ReturnType<typeof affinityOf> {
	return affinityOf(column.declared.toUpperCase() === 'ANY' ? '' : column.declared);
}

/**
 * Whether anything about the table may refuse a row that fits its columns; in doubt it may, as words of its SQL can stand far apart.
 * One that is not there yet has its merge keys alone, which a merge keeps.
 */
export async function hasRules(client: SqliteClient, { table }: Target): Promise<boolean> {
	const patterns = ['*[^A-Z]UNIQUE*', '*PRIMARY*KEY*', '*NOT*NULL*', '*CHECK*', '*REFERENCES*', '*STRICT*'];
	const sql = `SELECT 1 FROM sqlite_schema WHERE lower(tbl_name) = lower(?)
		AND (type = 'trigger' OR ${patterns.map((pattern) => `upper(sql) GLOB '${pattern}'`).join(' OR ')})`;
	return (await client.query({ sql, bindings: [table] }, 1)).rows.length > 0;
}

function createTable(destination: TableDestination, columns: readonly TargetColumn[], keys: readonly number[]): string {
	const lines = columns.map((column) => `${quoteName(column.column)} ${column.declared}`);
	// A constraint makes later merges find their rows by an index; nulls stay distinct in it, as they never match in a merge.
	if (keys.length > 0) lines.push(`UNIQUE (${keys.map((key) => quoteName(columns[key]?.column ?? '')).join(', ')})`);
	return `CREATE TABLE IF NOT EXISTS main.${quoteName(destination.table)} (${lines.join(', ')})`;
}

function addColumn(table: string, column: TargetColumn): string {
	return `ALTER TABLE main.${quoteName(table)} ADD COLUMN ${quoteName(column.column)} ${column.declared}`;
}
