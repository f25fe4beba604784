import type { TableDestination } from '../../plan/endpoints.ts';
import type { SqlCell, SqlStatement, TableWrite } from '../connector.ts';
import { SQLITE_RULES } from '../sql/lexer.ts';
import { quoteName } from '../sql/names.ts';
import { oneStatement } from '../sql/statements.ts';
import { bind } from './bind.ts';
import { guardWrite } from './guard.ts';
import { cellExpression } from './rows.ts';
import type { Target } from './target.ts';

/** Staged rows unpacked for a merge: made and dropped inside the committing transaction. */
const MERGE = '__hg_merge';

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
export function commitStatements(write: TableWrite, target: Target): SqlStatement[] {
	const destination = write.destination;
	return [
		...userStatements(destination.preSql),
		...target.schemaChanges.map((sql) => ({ sql, bindings: [] })),
		...operation(write, target),
		...userStatements(destination.postSql),
	];
}

function userStatements(sql: TableDestination['preSql']): SqlStatement[] {
	return sql === null ? [] : guardWrite(sql).map(bind);
}

function operation(write: TableWrite, target: Target): SqlStatement[] {
	const table = `main.${quoteName(target.table)}`;
	const names = target.columns.map((column) => quoteName(column.column)).join(', ');
	const insert = { sql: `INSERT INTO ${table} (${names}) ${stagedRows(target)}`, bindings: [write.owner] };
	switch (write.destination.operation) {
		case 'append':
			return [insert];
		case 'truncate_and_insert':
		case 'delete_and_insert':
			return [plain(`DELETE FROM ${table}`), insert];
		case 'merge_delete_insert':
		case 'merge_update_insert':
			return merge(write, target, table, names);
	}
}

/** Parsing each row once into JSONB more than doubles the speed of the extraction; `LIMIT -1` keeps SQLite from undoing that. */
function stagedRows(target: Target): string {
	const cells = target.columns.map((column, index) => cellExpression(column, index));
	return `SELECT ${cells.join(', ')} FROM (
		SELECT jsonb(e.value) AS j FROM __hg_stage AS s CROSS JOIN json_each(s.data) AS e WHERE s.owner = ? ORDER BY s.step, s.part LIMIT -1)`;
}

function merge(write: TableWrite, target: Target, table: string, names: string): SqlStatement[] {
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
		{ sql: `INSERT INTO ${MERGE} ${stagedRows(target)}`, bindings: [write.owner] },
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
