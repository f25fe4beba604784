import type { TableDestination } from '../../plan/endpoints.ts';
import type { TableWrite } from '../connector.ts';
import { CLICKHOUSE_RULES } from '../sql/lexer.ts';
import { oneStatement, splitStatements } from '../sql/statements.ts';
import type { ResolvedTarget, TargetColumn } from '../sql/target.ts';
import { inline, quoteName } from './literal.ts';
import { ROW_COLUMN, staged } from './stage-rows.ts';

export function userStatements(sql: TableDestination['preSql']): string[] {
	return sql === null ? [] : splitStatements(sql, CLICKHOUSE_RULES).map(inline);
}

/** Makes the table and its missing columns; may be repeated. */
export function schemaChanges(destination: TableDestination, target: ResolvedTarget, table: string): string[] {
	const declared = (column: TargetColumn) => `${quoteName(column.column)} ${column.declared}`;
	const order = target.keys.length === 0 ? 'tuple()' : `(${keyNames(target).join(', ')})`;
	const create = `CREATE TABLE IF NOT EXISTS ${table} (${target.columns.map(declared).join(', ')}) ENGINE = MergeTree ORDER BY ${order} SETTINGS allow_nullable_key = 1`;
	return [...(destination.createTable ? [create] : []), ...target.added.map((column) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${declared(column)}`)];
}

/**
 * Fills the table `fresh` (made like the target, empty) with what is to be appended, or with what the target is to become.
 * `existing`: all columns of the target that can be written.
 *
 * Merges write the table anew, for ClickHouse has no transaction over updates. Keys that are null equal nothing; of several staged
 * rows with one key the last counts; a merge condition that is not true leaves the row that is there as it is.
 */
export function fillStatements(
	write: TableWrite,
	target: ResolvedTarget,
	tables: { readonly table: string; readonly stage: string; readonly fresh: string },
	existing: readonly string[],
): string[] {
	const names = target.columns.map((column) => quoteName(column.column)).join(', ');
	const cells = target.columns.map((column) => staged(column, quoteName(column.column))).join(', ');
	if (!write.destination.operation.startsWith('merge_'))
		return [`INSERT INTO ${tables.fresh} (${names}) SELECT ${cells} FROM ${tables.stage} ORDER BY ${ROW_COLUMN}`];

	const keys = keyNames(target);
	const known = keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
	const columns = `${ROW_COLUMN}, ${names}`;
	const source = `(SELECT ${columns}, 1 AS _headgate_hit FROM (
		SELECT ${columns} FROM ${tables.stage} WHERE ${known} ORDER BY ${ROW_COLUMN} DESC LIMIT 1 BY ${keys.join(', ')}
		UNION ALL SELECT ${columns} FROM ${tables.stage} WHERE NOT (${known})))`;
	const match = keys.map((key) => `target.${key} = source.${key}`).join(' AND ');
	const condition = write.mergeCondition === null ? '1' : `ifNull(${inline(oneStatement(write.mergeCondition, CLICKHOUSE_RULES))}\n, 0)`;
	const hit = `(isNotNull(source._headgate_hit) AND ${condition})`;
	const all = existing.map(quoteName);
	const updates = write.destination.operation === 'merge_update_insert';
	const written = new Map(target.columns.map((column, index) => [column.column, { column, isKey: target.keys.includes(index) }]));
	const kept = existing.map((name) => {
		const found = written.get(name);
		const old = `target.${quoteName(name)}`;
		return updates && found !== undefined && !found.isKey ? `if(${hit}, ${staged(found.column, `source.${quoteName(name)}`)}, ${old})` : old;
	});
	return [
		`INSERT INTO ${tables.fresh} (${all.join(', ')}) SELECT ${kept.join(', ')} FROM ${tables.table} AS target LEFT ANY JOIN ${source} AS source ON ${match}${updates ? '' : ` WHERE NOT ${hit}`}`,
		`INSERT INTO ${tables.fresh} (${names}) SELECT ${target.columns.map((column) => staged(column, `source.${quoteName(column.column)}`)).join(', ')}
			FROM ${source} AS source LEFT ANTI JOIN ${tables.fresh} AS target ON ${match} ORDER BY source.${ROW_COLUMN}`,
	];
}

function keyNames(target: ResolvedTarget): string[] {
	return target.keys.map((key) => quoteName(target.columns[key]?.column ?? ''));
}
