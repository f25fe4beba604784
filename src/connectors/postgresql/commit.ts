import type { TableDestination } from '../../plan/endpoints.ts';
import type { TableWrite } from '../connector.ts';
import { POSTGRES_RULES } from '../sql/lexer.ts';
import { quoteName } from '../sql/names.ts';
import { oneStatement, refuseTransactions, splitStatements } from '../sql/statements.ts';
import type { ResolvedTarget, TargetColumn } from '../sql/target.ts';
import { bind, type PgStatement } from './bind.ts';

/** Arrival order of a staged row. */
export const ROW_COLUMN = '_headgate_row';

/** How the staged rows become the table's. */
export interface Move {
	/** Makes the table and its missing columns. */
	readonly schema: readonly PgStatement[];
	/** Removes the rows that the staged ones replace. */
	readonly clear: readonly PgStatement[];
	/** Readies the staged rows. */
	readonly ready: readonly PgStatement[];
	readonly put: readonly PgStatement[];
	/** The same for the rows whose places are behind `$1` and up to `$2`. */
	readonly putRange: readonly PgStatement[];
}

/** What turns the staged rows into the table's, in order: pre SQL, table and columns, the operation, post SQL. */
export function commitStatements(write: TableWrite, { schema, clear, ready, put }: Move): PgStatement[] {
	const { preSql, postSql } = write.destination;
	return [...userStatements(preSql), ...schema, ...clear, ...ready, ...put, ...userStatements(postSql)];
}

/**
 * truncate_and_insert is a TRUNCATE (it needs that right, waits for readers, fires no delete triggers), delete_and_insert a DELETE of all rows.
 * Merges: keys that are null equal nothing; of several staged rows with one key the last counts; a merge condition that is not
 * true leaves the row that is there as it is.
 */
export function moveOf(write: TableWrite, target: ResolvedTarget, table: string, stage: string): Move {
	const { operation } = write.destination;
	const merges = operation.startsWith('merge_');
	const clear = operation === 'truncate_and_insert' ? [plain(`TRUNCATE ${table}`)] : operation === 'delete_and_insert' ? [plain(`DELETE FROM ${table}`)] : [];
	const put = (ranged: boolean) => (merges ? merge(write, target, { table, stage, ranged }) : [insert(target, { table, stage, ranged })]);
	return {
		schema: schemaChanges(write.destination, target, table),
		clear,
		ready: merges ? onlyLast(target, stage) : [],
		put: put(false),
		putRange: put(true),
	};
}

function userStatements(sql: TableDestination['preSql']): PgStatement[] {
	if (sql === null) return [];
	const statements = splitStatements(sql, POSTGRES_RULES);
	refuseTransactions(statements);
	return statements.map((statement) => bind(statement));
}

function schemaChanges(destination: TableDestination, target: ResolvedTarget, table: string): PgStatement[] {
	const declared = (column: TargetColumn) => `${quoteName(column.column)} ${column.declared}`;
	const lines = target.columns.map(declared);
	// A constraint makes later merges find their rows by an index; nulls stay distinct in it, as they never match in a merge.
	if (target.keys.length > 0) lines.push(`UNIQUE (${keyNames(target).join(', ')})`);
	return [
		...(destination.createTable ? [plain(`CREATE TABLE IF NOT EXISTS ${table} (${lines.join(', ')})`)] : []),
		...target.added.map((column) => plain(`ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${declared(column)}`)),
	];
}

interface Between {
	readonly table: string;
	readonly stage: string;
	readonly ranged: boolean;
}

const RANGE = `source.${ROW_COLUMN} > $1 AND source.${ROW_COLUMN} <= $2`;

function insert(target: ResolvedTarget, { table, stage, ranged }: Between, condition = 'true'): PgStatement {
	const names = target.columns.map((column) => quoteName(column.column)).join(', ');
	const which = ranged ? `${RANGE} AND ${condition}` : condition;
	return plain(`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${stage} AS source WHERE ${which} ORDER BY ${ROW_COLUMN}`);
}

function onlyLast(target: ResolvedTarget, stage: string): PgStatement[] {
	const keys = keyNames(target);
	const same = keys.map((key) => `a.${key} = b.${key}`).join(' AND ');
	return [
		plain(`CREATE INDEX ON ${stage} (${keys.join(', ')}, ${ROW_COLUMN})`),
		plain(`ANALYZE ${stage}`),
		plain(`DELETE FROM ${stage} AS a USING ${stage} AS b WHERE ${same} AND a.${ROW_COLUMN} < b.${ROW_COLUMN}`),
	];
}

function merge(write: TableWrite, target: ResolvedTarget, between: Between): PgStatement[] {
	const { table, stage, ranged } = between;
	const match = keyNames(target)
		.map((key) => `target.${key} = source.${key}`)
		.join(' AND ');
	const condition = write.mergeCondition === null ? null : bind(oneStatement(write.mergeCondition, POSTGRES_RULES), ranged ? 2 : 0);
	const guarded = `${ranged ? `${RANGE} AND ` : ''}${condition === null ? match : `${match} AND (${condition.sql}\n)`}`;
	const values = condition?.values ?? [];
	const others = target.columns.filter((_, index) => !target.keys.includes(index)).map((column) => quoteName(column.column));
	const update = `UPDATE ${table} AS target SET ${others.map((name) => `${name} = source.${name}`).join(', ')} FROM ${stage} AS source WHERE ${guarded}`;
	const remove = `DELETE FROM ${table} AS target USING ${stage} AS source WHERE ${guarded}`;
	const updates = write.destination.operation === 'merge_update_insert';
	return [
		...(updates && others.length === 0 ? [] : [{ sql: updates ? update : remove, values }]),
		insert(target, between, `NOT EXISTS (SELECT 1 FROM ${table} AS target WHERE ${match})`),
	];
}

function keyNames(target: ResolvedTarget): string[] {
	return target.keys.map((key) => quoteName(target.columns[key]?.column ?? ''));
}

function plain(sql: string): PgStatement {
	return { sql, values: [] };
}
