import type { TableDestination } from '../../plan/endpoints.ts';
import type { Rehearsal, SqlCell, SqlStatement, TableWrite } from '../connector.ts';
import { SQLITE_RULES } from '../sql/lexer.ts';
import { quoteName } from '../sql/names.ts';
import { oneStatement } from '../sql/statements.ts';
import { bind } from './bind.ts';
import { guardWrite } from './guard.ts';
import { cellExpression } from './rows.ts';
import type { Target } from './target.ts';

/** Staged rows unpacked for a merge: made and dropped inside the committing transaction. */
const MERGE = '__hg_merge';
/** Made and dropped inside one transaction, as `MERGE`. */
const TRIED = '__hg_tried';
const STAGED = 'SELECT jsonb(e.value) AS j FROM __hg_stage AS s CROSS JOIN json_each(s.data) AS e WHERE s.owner = ? ORDER BY s.step, s.part LIMIT -1';

/**
 * What turns the staged rows into the table's, in order: pre SQL, table and columns, the operation, post SQL.
 *
 * - append: rows are added.
 * - truncate_and_insert, delete_and_insert: all rows go first. SQLite has no TRUNCATE, so both are a DELETE of everything; where a
 *   database has one, delete_and_insert is the way that needs no right to truncate and fires delete triggers.
 * - merge_update_insert: rows with equal keys get the columns written here, others are inserted.
 * - merge_delete_insert: rows with equal keys are removed and written anew, so columns not written here fall back to their default.
 *
 * Keys that are null equal nothing. Of several staged rows with one key the last counts. `mergeCondition` false or null leaves the
 * row that is there as it is.
 */
export function commitStatements(write: TableWrite, target: Target, without: readonly number[] = []): SqlStatement[] {
	const rows = without.length === 0 ? stagedRows(target, write.owner) : triedRows(target, '');
	return [
		...beforeRows(write, target),
		...(without.length === 0
			? []
			: [...copyStaged(write.owner), { sql: `DELETE FROM ${TRIED} WHERE rowid IN (SELECT value + 1 FROM json_each(?))`, bindings: [JSON.stringify(without)] }]),
		...operation(write, target, rows),
		...(without.length === 0 ? [] : [plain(`DROP TABLE ${TRIED}`)]),
		...userStatements(write.destination.postSql),
	];
}

/** The same, for ranges of rows, and without what comes behind them. */
export function rehearsalOf(write: TableWrite, target: Target): Rehearsal {
	const range = triedRows(target, 'WHERE rowid > CAST(? AS INTEGER) AND rowid <= CAST(? AS INTEGER)');
	return {
		before: [...beforeRows(write, target), ...copyStaged(write.owner)],
		count: plain(`SELECT count(*) FROM ${TRIED}`),
		apply: operation(write, target, range).map((statement) => ({ ...statement, ranged: statement.sql.includes(range.sql) })),
	};
}

function beforeRows({ destination }: TableWrite, target: Target): SqlStatement[] {
	const replaces = destination.operation === 'truncate_and_insert' || destination.operation === 'delete_and_insert';
	return [
		...userStatements(destination.preSql),
		...target.schemaChanges.map((sql) => ({ sql, bindings: [] })),
		...(replaces ? [plain(`DELETE FROM ${tableOf(target)}`)] : []),
	];
}

function tableOf(target: Target): string {
	return `main.${quoteName(target.table)}`;
}

/** The staged rows, numbered from 1 as they came, in a table that is dropped with the transaction. */
function copyStaged(owner: string): SqlStatement[] {
	return [plain(`CREATE TABLE ${TRIED} (j BLOB)`), { sql: `INSERT INTO ${TRIED} ${STAGED}`, bindings: [owner] }];
}

function userStatements(sql: TableDestination['preSql']): SqlStatement[] {
	return sql === null ? [] : guardWrite(sql).map(bind);
}

function operation(write: TableWrite, target: Target, rows: SqlStatement): SqlStatement[] {
	const table = tableOf(target);
	const names = target.columns.map((column) => quoteName(column.column)).join(', ');
	const insert = { sql: `INSERT INTO ${table} (${names}) ${rows.sql}`, bindings: rows.bindings };
	switch (write.destination.operation) {
		case 'append':
		case 'truncate_and_insert':
		case 'delete_and_insert':
			return [insert];
		case 'merge_delete_insert':
		case 'merge_update_insert':
			return merge(write, target, { table, names, rows });
	}
}

/** Parsing each row once into JSONB more than doubles the speed of the extraction; `LIMIT -1` keeps SQLite from undoing that. */
function stagedRows(target: Target, owner: string): SqlStatement {
	return { sql: `SELECT ${cellsOf(target)} FROM (${STAGED})`, bindings: [owner] };
}

function triedRows(target: Target, where: string): SqlStatement {
	return { sql: `SELECT ${cellsOf(target)} FROM (SELECT j FROM ${TRIED} ${where} ORDER BY rowid LIMIT -1)`, bindings: [] };
}

function cellsOf(target: Target): string {
	return target.columns.map((column, index) => cellExpression(column, index)).join(', ');
}

interface MergeParts {
	readonly table: string;
	readonly names: string;
	readonly rows: SqlStatement;
}

function merge(write: TableWrite, target: Target, { table, names, rows }: MergeParts): SqlStatement[] {
	const keys = target.keys.map((key) => quoteName(target.columns[key]?.column ?? ''));
	const match = keys.map((key) => `target.${key} = source.${key}`).join(' AND ');
	const condition = write.mergeCondition === null ? null : bind(oneStatement(write.mergeCondition, SQLITE_RULES));
	const guarded = condition === null ? match : `${match} AND (${condition.sql}\n)`;
	const bindings: readonly SqlCell[] = condition?.bindings ?? [];
	const others = target.columns.filter((_, index) => !target.keys.includes(index)).map((column) => quoteName(column.column));
	const update = `UPDATE ${table} AS target SET ${others.map((name) => `${name} = source.${name}`).join(', ')} FROM ${MERGE} AS source WHERE ${guarded}`;
	const remove = `DELETE FROM ${table} AS target WHERE EXISTS (SELECT 1 FROM ${MERGE} AS source WHERE ${guarded})`;
	const updates = write.destination.operation === 'merge_update_insert';
	return [
		plain(`CREATE TABLE ${MERGE} (${target.columns.map((column) => `${quoteName(column.column)} ${column.declared}`).join(', ')})`),
		{ sql: `INSERT INTO ${MERGE} ${rows.sql}`, bindings: rows.bindings },
		plain(`CREATE INDEX __hg_merge_keys ON ${MERGE} (${keys.join(', ')})`),
		plain(`DELETE FROM ${MERGE} WHERE ${keys.map((key) => `${key} IS NOT NULL`).join(' AND ')}
			AND rowid NOT IN (SELECT max(rowid) FROM ${MERGE} GROUP BY ${keys.join(', ')})`),
		...(updates && others.length === 0 ? [] : [{ sql: updates ? update : remove, bindings }]),
		// The keys of matches that are left, found from the target's side by the index above; a subquery per row would scan the table each time.
		plain(`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${MERGE} WHERE rowid NOT IN (
			SELECT source.rowid FROM ${table} AS target CROSS JOIN ${MERGE} AS source WHERE ${match}) ORDER BY rowid`),
		plain(`DROP TABLE ${MERGE}`),
	];
}

function plain(sql: string): SqlStatement {
	return { sql, bindings: [] };
}
