import * as z from 'zod';
import { columnFit } from '../../data/column-fit.ts';
import { typeName } from '../../data/type-names.ts';
import type { Schema } from '../../data/types.ts';
import type { BoundSql, TableDestination } from '../../plan/endpoints.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { columnName, connectionId, readType, typeText } from '../vocabulary/names.ts';
import { readTable, tableName, tableSchema } from '../vocabulary/table.ts';

const config = z.strictObject({
	connection_id: connectionId('a database connection'),
	schema_name: tableSchema,
	table: tableName.describe('Table to write to; may hold variables.'),
	operation: z
		.enum(['append', 'truncate_and_insert', 'delete_and_insert', 'merge_delete_insert', 'merge_update_insert'])
		.default('append')
		.describe(
			'`truncate_and_insert` and `delete_and_insert` replace all rows; `merge_delete_insert` replaces rows of the same keys whole; `merge_update_insert` changes only the mapped columns of them; both insert what is new.',
		),
	merge_keys: z.array(columnName).min(1).max(32).optional().describe('Columns of the table that tell a row; needed with a merge.'),
	create_table: z.boolean().default(true).describe('Create the table where there is none.'),
	add_missing_columns: z.boolean().default(false).describe('Add columns that the table does not have.'),
	merge_condition: z
		.string()
		.min(1)
		.max(100_000)
		.optional()
		.describe(
			'With merge_update_insert: an expression over `source.x` (a field that is written) and `target.x` (a column); a row is changed only where it is true. PostgreSQL, MySQL and ClickHouse take what they decide exactly as the gateway does.',
		),
	mapping: z
		.array(
			z.strictObject({
				field: columnName.describe('Column of the input.'),
				column: columnName.optional().describe('Column of the table; the same name where left out.'),
				type: typeText.optional().describe('Type of the column where it is created; that of the field where left out.'),
			}),
		)
		.min(1)
		.max(2000)
		.optional()
		.describe('Which columns are written and where; all of them under their own names where left out.'),
	pre_sql: z.string().min(1).max(100_000).optional().describe("The database's own SQL, run in the same transaction before the rows."),
	post_sql: z.string().min(1).max(100_000).optional().describe("The database's own SQL, run in the same transaction after the rows."),
	batch_size: z.int().min(1).max(100_000).default(5000).describe('Rows sent at once.'),
});

type Config = z.output<typeof config>;

export const databaseDestination = defineComponent({
	key: 'database_destination_component',
	category: 'destination',
	name: 'Database destination',
	summary: 'Writes rows to a table of a database connection: append, replace or merge.',
	docs: 'Rows go to a staging table and from there into the target when the run has completed: in one transaction, so readers see the old rows or all the new ones (ClickHouse has none and moves them partition by partition). A failed run changes nothing. Each row is written exactly once, also by a run that was killed and goes on; only into a ClickHouse table that feeds materialized views at least once, for their INSERT cannot be taken back. Rows that do not fit their columns are bad rows. One that breaks a key, check or reference of the table is a bad row too (class `constraint`) in the embedded database, PostgreSQL and MySQL, where on_error is not fail: the commit is tried once all rows are staged, and leaves out the rows that are refused, up to 10,000 (MySQL: 1,000). In PostgreSQL and MySQL pre_sql is not run for that, so with it nothing is tried, nor into MySQL tables with triggers or without transactions; there, and for a CHECK of ClickHouse, such a row fails the run.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['dead_letter'],
	failsWhole: true,
	lower(config, context) {
		const input = context.inputs[0] ?? [];
		const connection = context.connection(config.connection_id, 'connection_id', 'tables');
		const target = readTable(config, context);
		const columns = readMapping(config, input, context);
		const mergeKeys = readMergeKeys(config, columns, context);
		const mergeCondition = readMergeCondition(config, columns, context);
		const preSql = readSql(config.pre_sql, 'pre_sql', context);
		const postSql = readSql(config.post_sql, 'post_sql', context);
		if (connection === null || target === null || columns === null || mergeKeys === null) return null;
		if (mergeCondition === undefined || preSql === undefined || postSql === undefined) return null;
		const destination: TableDestination = {
			kind: 'table',
			connection: connection.id,
			...target,
			operation: config.operation,
			mergeKeys,
			mergeCondition,
			createTable: config.create_table,
			addMissingColumns: config.add_missing_columns,
			columns,
			preSql,
			postSql,
			batchSize: config.batch_size,
		};
		const mapped = new Set(columns.map(({ field }) => field));
		return { operator: { kind: 'sink', destination }, output: input.filter(({ name }) => mapped.has(name)) };
	},
	examples: [
		{
			title: 'Replace the rows of a table',
			config: { connection_id: 2, table: 'totals', operation: 'truncate_and_insert' },
			given: [{ schema: { city: 'string', total: 'long' }, rows: [['Porto', 12]] }],
			outside: { table: { schema: { city: 'string', total: 'long' }, rows: [['Faro', 1]] } },
			then: { written: { schema: { city: 'string', total: 'long' }, rows: [['Porto', 12]] } },
		},
		{
			title: 'Change rows of the same key, insert new ones, leave other columns alone',
			config: {
				connection_id: 2,
				table: 'people',
				operation: 'merge_update_insert',
				merge_keys: ['id'],
				mapping: [{ field: 'number', column: 'id' }, { field: 'name' }],
			},
			given: [
				{
					schema: { number: 'integer', name: 'string', note: 'string' },
					rows: [
						[1, 'Ana', 'not mapped'],
						[3, 'Cy', 'not mapped'],
					],
				},
			],
			outside: {
				table: {
					schema: { id: 'integer', name: 'string', age: 'integer' },
					rows: [
						[1, 'Anna', 31],
						[2, 'Bo', 17],
					],
				},
			},
			then: {
				written: {
					schema: { id: 'integer', name: 'string', age: 'integer' },
					rows: [
						[1, 'Ana', 31],
						[2, 'Bo', 17],
						[3, 'Cy', null],
					],
				},
			},
		},
	],
});

function readMapping(config: Config, input: Schema, context: LowerContext): TableDestination['columns'] | null {
	if (config.mapping === undefined) return input.map(({ name, type }) => ({ field: name, column: name, type }));
	const seen = new Set<string>();
	const columns = config.mapping.map((item, i) => {
		const field = context.column(item.field, `mapping[${i}].field`, input);
		const type = item.type === undefined ? field?.type : readType(item.type, `mapping[${i}].type`, context);
		const column = item.column ?? item.field;
		const twice = seen.has(column);
		seen.add(column);
		const misfit = field !== null && type !== null && type !== undefined && context.known && columnFit(field.type, type) === 'never';
		if (misfit) {
			const message = `${item.field} is ${typeName(field.type)}, which cannot become ${typeName(type)} on the way into a column`;
			context.fault(`mapping[${i}].type`, message, `cast it in a select first: cast(${item.field} as ${typeName(type)})`, 'columns');
		}
		if (twice) context.fault(`mapping[${i}].column`, `two fields go to the column ${column}`, 'map each column once');
		return field === null || type === null || type === undefined || twice || misfit ? null : { field: item.field, column, type };
	});
	return columns.includes(null) ? null : columns.filter((column) => column !== null);
}

function readMergeKeys(config: Config, columns: TableDestination['columns'] | null, context: LowerContext): readonly string[] | null {
	const merges = config.operation.startsWith('merge_');
	if (!merges) {
		if (config.merge_keys !== undefined)
			context.warn(
				'merge_keys',
				`merge_keys has no effect with operation ${config.operation}`,
				'use merge_update_insert or merge_delete_insert, or leave it out',
			);
		return [];
	}
	if (config.merge_keys === undefined) {
		context.fault('merge_keys', `${config.operation} needs merge_keys`, 'the columns of the table that tell a row, such as ["id"]');
		return null;
	}
	if (columns === null) return null;
	const table = columns.map(({ column, type }) => ({ name: column, type }));
	const found = config.merge_keys.map((key, i) => context.column(key, `merge_keys[${i}]`, table));
	return found.includes(null) ? null : config.merge_keys;
}

/** Null where there is none; undefined after a fault. */
function readMergeCondition(
	config: Config,
	columns: TableDestination['columns'] | null,
	context: LowerContext,
): TableDestination['mergeCondition'] | undefined {
	if (config.merge_condition === undefined) return null;
	if (config.operation !== 'merge_update_insert') {
		context.fault(
			'merge_condition',
			`merge_condition is given, the operation is ${config.operation}`,
			'it decides which rows are changed: use merge_update_insert, or leave it out',
		);
		return undefined;
	}
	if (columns === null) return undefined;
	// Rows wait in a table of the target's columns: what is not written is not there to be compared.
	const source = columns.map(({ field, type }) => ({ name: `source.${field}`, type }));
	const target = columns.map(({ column, type }) => ({ name: `target.${column}`, type }));
	return context.expression(config.merge_condition, 'merge_condition', [...source, ...target], 'boolean') ?? undefined;
}

/** Null where there is none; undefined after a fault. */
function readSql(text: string | undefined, path: string, context: LowerContext): BoundSql | null | undefined {
	return text === undefined ? null : (context.sql(text, path) ?? undefined);
}
