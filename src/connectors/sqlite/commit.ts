import type { TableDestination } from '../../plan/endpoints.ts';
import type { Rehearsal, SqlStatement, TableWrite } from '../connector.ts';
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

/**
 * The same, for ranges of rows, and without what comes behind them. A merge is tried thousands of times: its own table is made once,
 * and rows are found in the target by an index of their keys, lest each try should look through all of it.
 */
export function rehearsalOf(write: TableWrite, target: Target): Rehearsal {
	const range = triedRows(target, 'WHERE rowid > CAST(? AS INTEGER) AND rowid <= CAST(? AS INTEGER)');
	const before = [...beforeRows(write, target), ...copyStaged(write.owner)];
	const count = plain(`SELECT count(*) FROM ${TRIED}`);
	if (!isMerge(write)) return { before, count, apply: [{ ...insertion(target, range), ranged: true }] };
	const table = tableOf(target);
	const { keys, make, fill, work } = merge(write, target, range, `${MERGE} AS source CROSS JOIN ${table} AS target`);
	const index = plain(`CREATE INDEX main.__hg_tried_keys ON ${quoteName(target.table)} (${keys})`);
	const others = work.map((statement) => ({ ...statement, ranged: false }));
	return { before: [...before, index, make], count, apply: [{ ...plain(`DELETE FROM ${MERGE}`), ranged: false }, { ...fill, ranged: true }, ...others] };
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
	if (!isMerge(write)) return [insertion(target, rows)];
	// All rows at once: then it is the target that is looked through once.
	const { keys, make, fill, work } = merge(write, target, rows, `${tableOf(target)} AS target CROSS JOIN ${MERGE} AS source`);
	return [make, fill, plain(`CREATE INDEX __hg_merge_keys ON ${MERGE} (${keys})`), ...work, plain(`DROP TABLE ${MERGE}`)];
}

function isMerge({ destination: { operation } }: TableWrite): boolean {
	return operation === 'merge_delete_insert' || operation === 'merge_update_insert';
}

function insertion(target: Target, rows: SqlStatement): SqlStatement {
	return { sql: `INSERT INTO ${tableOf(target)} (${namesOf(target)}) ${rows.sql}`, bindings: rows.bindings };
}

function namesOf(target: Target): string {
	return target.columns.map((column) => quoteName(column.column)).join(', ');
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

/** A table of the rows to be merged, how it is filled, and what is then done with them. */
interface MergeParts {
	readonly keys: string;
	readonly make: SqlStatement;
	readonly fill: SqlStatement;
	readonly work: readonly SqlStatement[];
}

/** `joined`: both tables in the order in which they are gone through; a subquery for each row would look through one each time. */
function merge(write: TableWrite, target: Target, rows: SqlStatement, joined: string): MergeParts {
	const table = tableOf(target);
	const names = namesOf(target);
	const keys = target.keys.map((key) => quoteName(target.columns[key]?.column ?? ''));
	const keyList = keys.join(', ');
	const match = keys.map((key) => `target.${key} = source.${key}`).join(' AND ');
	const condition = write.mergeCondition === null ? null : bind(oneStatement(write.mergeCondition, SQLITE_RULES));
	const guarded = condition === null ? match : `${match} AND (${condition.sql}\n)`;
	const others = target.columns.filter((_, index) => !target.keys.includes(index)).map((column) => quoteName(column.column));
	const update = `UPDATE ${table} AS target SET ${others.map((name) => `${name} = source.${name}`).join(', ')} FROM ${MERGE} AS source WHERE ${guarded}`;
	// By the list of keys rows are found by an index of them, where there is one.
	const remove = `DELETE FROM ${table} AS target WHERE (${keyList}) IN (SELECT ${keyList} FROM ${MERGE})
		AND EXISTS (SELECT 1 FROM ${MERGE} AS source WHERE ${guarded})`;
	const updates = write.destination.operation === 'merge_update_insert';
	const changes = updates && others.length === 0 ? [] : [{ sql: updates ? update : remove, bindings: condition?.bindings ?? [] }];
	return {
		keys: keyList,
		make: plain(`CREATE TABLE ${MERGE} (${target.columns.map((column) => `${quoteName(column.column)} ${column.declared}`).join(', ')})`),
		fill: { sql: `INSERT INTO ${MERGE} ${rows.sql}`, bindings: rows.bindings },
		work: [
			plain(`DELETE FROM ${MERGE} WHERE ${keys.map((key) => `${key} IS NOT NULL`).join(' AND ')}
				AND rowid NOT IN (SELECT max(rowid) FROM ${MERGE} GROUP BY ${keyList})`),
			...changes,
			plain(`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${MERGE} WHERE rowid NOT IN (
				SELECT source.rowid FROM ${joined} WHERE ${match}) ORDER BY rowid`),
		],
	};
}

function plain(sql: string): SqlStatement {
	return { sql, bindings: [] };
}
