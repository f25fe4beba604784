import { AppError } from '../../lib/errors.ts';
import type { TableDestination } from '../../plan/endpoints.ts';
import type { TableWrite } from '../connector.ts';
import { MYSQL_RULES } from '../sql/lexer.ts';
import { oneStatement, refuseTransactions, splitStatements } from '../sql/statements.ts';
import type { ResolvedTarget, TargetColumn } from '../sql/target.ts';
import { inline, quoteName } from './literal.ts';
import { declaredType, KEY_LENGTH } from './types.ts';

/** Arrival order of a staged row. */
export const ROW_COLUMN = '_headgate_row';

/** Statements that leave the transaction open; MySQL commits before and behind all others, so a failed run could not be undone. */
const TRANSACTIONAL: ReadonlySet<string> = new Set(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'SET', 'DO', 'CALL', 'VALUES']);

/** Makes the table and its missing columns. MySQL commits each by itself; they may be repeated and lose nothing. */
export function schemaChanges(destination: TableDestination, target: ResolvedTarget, table: string): string[] {
	const isKey = (column: TargetColumn) => target.keys.some((key) => target.columns[key] === column);
	const declared = (column: TargetColumn) => `${quoteName(column.column)} ${target.exists ? column.declared : declaredType(column.type, isKey(column))} NULL`;
	const lines = target.columns.map(declared);
	// A constraint makes later merges find their rows by an index; nulls stay distinct in it, as they never match in a merge.
	if (target.keys.length > 0) lines.push(`UNIQUE (${keyNames(target).join(', ')})`);
	return [
		...(destination.createTable && !target.exists ? [`CREATE TABLE IF NOT EXISTS ${table} (${lines.join(', ')}) ENGINE = InnoDB`] : []),
		...target.added.map((column) => `ALTER TABLE ${table} ADD COLUMN ${declared(column)}`),
	];
}

/** A new table's text keys are bounded, for an index takes no text without a bound. */
export function withKeyLengths(target: ResolvedTarget): ResolvedTarget {
	if (target.exists) return target;
	const columns = target.columns.map((column, index) => {
		const text = column.type.kind === 'string' && target.keys.includes(index);
		return text ? { ...column, declared: declaredType(column.type, true), maxLength: KEY_LENGTH } : column;
	});
	return { ...target, columns };
}

/** How the staged rows become the table's, in one transaction. */
export interface Move {
	/** Removes the rows that the staged ones replace. */
	readonly clear: readonly string[];
	/** Readies the staged rows. */
	readonly ready: readonly string[];
	/** Moves them, or those behind one place and up to another. */
	put(range?: StagedRange): readonly string[];
}

interface StagedRange {
	readonly low: number;
	readonly high: number;
}

/** What turns the staged rows into the table's in one transaction: pre SQL, the operation, post SQL. */
export function commitStatements({ destination }: TableWrite, { clear, ready, put }: Move): string[] {
	return [...userStatements(destination.preSql), ...clear, ...ready, ...put(), ...userStatements(destination.postSql)];
}

/**
 * truncate_and_insert is a DELETE of all rows like delete_and_insert, because a TRUNCATE commits at once and a failed run would have
 * emptied the table. Merges: keys that are null equal nothing; of several staged rows with one key the last counts; a merge
 * condition that is not true leaves the row that is there as it is.
 */
export function moveOf(write: TableWrite, target: ResolvedTarget, table: string, stage: string): Move {
	if (write.destination.operation.startsWith('merge_')) return merge(write, target, table, stage);
	const replaces = write.destination.operation !== 'append';
	return { clear: replaces ? [`DELETE FROM ${table}`] : [], ready: [], put: (range) => [insert(target, { table, stage }, 'true', range)] };
}

function userStatements(sql: TableDestination['preSql']): string[] {
	if (sql === null) return [];
	const statements = splitStatements(sql, MYSQL_RULES);
	refuseTransactions(statements);
	const committing = statements.find(({ verb }) => !TRANSACTIONAL.has(verb));
	if (committing !== undefined) {
		throw new AppError('invalid_input', `The SQL has ${committing.verb}, at which MySQL commits: a run that fails behind it could not be undone.`, {
			hint: 'Run it in an execute_sql_component of a workflow before or behind this package.',
		});
	}
	return statements.map(inline);
}

function insert(target: ResolvedTarget, { table, stage }: { table: string; stage: string }, condition: string, range: StagedRange | undefined): string {
	const names = target.columns.map((column) => quoteName(column.column)).join(', ');
	return `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${stage} AS source WHERE ${condition}${within(range)} ORDER BY ${ROW_COLUMN}`;
}

function within(range: StagedRange | undefined): string {
	return range === undefined ? '' : ` AND source.${ROW_COLUMN} > ${range.low} AND source.${ROW_COLUMN} <= ${range.high}`;
}

function merge(write: TableWrite, target: ResolvedTarget, table: string, stage: string): Move {
	const keys = keyNames(target);
	const match = (left: string, right: string) => keys.map((key) => `${left}.${key} = ${right}.${key}`).join(' AND ');
	const condition = write.mergeCondition === null ? '' : ` AND (${inline(oneStatement(write.mergeCondition, MYSQL_RULES))}\n)`;
	const others = target.columns.filter((_, index) => !target.keys.includes(index)).map((column) => quoteName(column.column));
	const updates = write.destination.operation === 'merge_update_insert';
	const set = others.map((name) => `target.${name} = source.${name}`).join(', ');
	const isNew = `NOT EXISTS (SELECT 1 FROM ${table} AS target WHERE ${match('target', 'source')})`;
	return {
		clear: [],
		ready: [`DELETE a FROM ${stage} AS a JOIN ${stage} AS b ON ${match('a', 'b')} AND a.${ROW_COLUMN} < b.${ROW_COLUMN}`],
		put(range) {
			const joined = `${table} AS target JOIN ${stage} AS source ON ${match('target', 'source')}${condition}${within(range)}`;
			const there = updates ? `UPDATE ${joined} SET ${set}` : `DELETE target FROM ${joined}`;
			return [...(updates && others.length === 0 ? [] : [there]), insert(target, { table, stage }, isNew, range)];
		},
	};
}

/** The staging table; an index over the keys where they can have one. */
export function stageTable(stage: string, target: ResolvedTarget): string {
	const columns = target.columns.map((column) => `${quoteName(column.column)} ${column.declared} NULL`);
	const indexable =
		target.keys.length > 0 && target.keys.every((key) => !/^(?:long|medium|tiny)?(?:text|blob)|^json/i.test(target.columns[key]?.declared ?? ''));
	const index = indexable ? `, INDEX (${keyNames(target).join(', ')}, ${ROW_COLUMN})` : '';
	return `CREATE TABLE IF NOT EXISTS ${stage} (${ROW_COLUMN} bigint NOT NULL PRIMARY KEY, ${columns.join(', ')}${index}) ENGINE = InnoDB`;
}

function keyNames(target: ResolvedTarget): string[] {
	return target.keys.map((key) => quoteName(target.columns[key]?.column ?? ''));
}
