import type { TableDestination } from '../../plan/endpoints.ts';
import type { TableWrite } from '../connector.ts';
import { POSTGRES_RULES } from '../sql/lexer.ts';
import { quoteName } from '../sql/names.ts';
import { oneStatement, refuseTransactions, splitStatements } from '../sql/statements.ts';
import type { ResolvedTarget, TargetColumn } from '../sql/target.ts';
import { bind, type PgStatement } from './bind.ts';

/** Arrival order of a staged row. */
export const ROW_COLUMN = '_headgate_row';

/**
 * What turns the staged rows into the table's, in order: pre SQL, table and columns, the operation, post SQL.
 *
 * truncate_and_insert is a TRUNCATE (it needs that right, waits for readers, fires no delete triggers), delete_and_insert a DELETE of all rows.
 * Merges: keys that are null equal nothing; of several staged rows with one key the last counts; a merge condition that is not
 * true leaves the row that is there as it is.
 */
export function commitStatements(write: TableWrite, target: ResolvedTarget, table: string, stage: string): PgStatement[] {
	const { preSql, postSql } = write.destination;
	return [...userStatements(preSql), ...schemaChanges(write.destination, target, table), ...operation(write, target, table, stage), ...userStatements(postSql)];
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

function operation(write: TableWrite, target: ResolvedTarget, table: string, stage: string): PgStatement[] {
	const names = target.columns.map((column) => quoteName(column.column)).join(', ');
	const insert = plain(`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${stage} ORDER BY ${ROW_COLUMN}`);
	switch (write.destination.operation) {
		case 'append':
			return [insert];
		case 'truncate_and_insert':
			return [plain(`TRUNCATE ${table}`), insert];
		case 'delete_and_insert':
			return [plain(`DELETE FROM ${table}`), insert];
		case 'merge_delete_insert':
		case 'merge_update_insert':
			return merge(write, target, table, stage, names);
	}
}

function merge(write: TableWrite, target: ResolvedTarget, table: string, stage: string, names: string): PgStatement[] {
	const keys = keyNames(target);
	const match = keys.map((key) => `target.${key} = source.${key}`).join(' AND ');
	const condition = write.mergeCondition === null ? null : bind(oneStatement(write.mergeCondition, POSTGRES_RULES));
	const guarded = condition === null ? match : `${match} AND (${condition.sql}\n)`;
	const values = condition?.values ?? [];
	const others = target.columns.filter((_, index) => !target.keys.includes(index)).map((column) => quoteName(column.column));
	const update = `UPDATE ${table} AS target SET ${others.map((name) => `${name} = source.${name}`).join(', ')} FROM ${stage} AS source WHERE ${guarded}`;
	const remove = `DELETE FROM ${table} AS target USING ${stage} AS source WHERE ${guarded}`;
	const updates = write.destination.operation === 'merge_update_insert';
	return [
		plain(`CREATE INDEX ON ${stage} (${keys.join(', ')}, ${ROW_COLUMN})`),
		plain(`ANALYZE ${stage}`),
		plain(
			`DELETE FROM ${stage} AS a USING ${stage} AS b WHERE ${keys.map((key) => `a.${key} = b.${key}`).join(' AND ')} AND a.${ROW_COLUMN} < b.${ROW_COLUMN}`,
		),
		...(updates && others.length === 0 ? [] : [{ sql: updates ? update : remove, values }]),
		plain(
			`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${stage} AS source WHERE NOT EXISTS (SELECT 1 FROM ${table} AS target WHERE ${match}) ORDER BY ${ROW_COLUMN}`,
		),
	];
}

function keyNames(target: ResolvedTarget): string[] {
	return target.keys.map((key) => quoteName(target.columns[key]?.column ?? ''));
}

function plain(sql: string): PgStatement {
	return { sql, values: [] };
}
