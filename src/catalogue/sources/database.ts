import * as z from 'zod';
import type { Schema } from '../../data/types.ts';
import type { TableSource } from '../../plan/endpoints.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { connectionId } from '../vocabulary/names.ts';
import { readFields, sourceFields } from '../vocabulary/source-fields.ts';
import { readTable, tableName, tableSchema } from '../vocabulary/table.ts';

const config = z.strictObject({
	connection_id: connectionId('a database connection'),
	access_mode: z.enum(['table', 'query']).default('table').describe('Read a table, or what a query gives.'),
	schema_name: tableSchema,
	table: tableName.optional().describe('Table or view; needed with access_mode table. May hold variables.'),
	where_clause: z
		.string()
		.min(1)
		.max(100_000)
		.optional()
		.describe('An expression (not SQL) over the columns of the table; only rows for which it is true are read.'),
	query: z.string().min(1).max(100_000).optional().describe("With access_mode query: a select in the database's own SQL; variables are bound as values."),
	split_by: z.string().min(1).max(255).optional().describe('A number or date column by whose ranges the table is read in parallel.'),
	max_parallel_connections: z.int().min(1).max(16).default(1).describe('How many ranges are read at once.'),
	fields: sourceFields,
});

type Config = z.output<typeof config>;

function source(config: Config, context: LowerContext): TableSource | null {
	const connection = context.connection(config.connection_id, 'connection_id', 'tables');
	const from = config.access_mode === 'table' ? readTableMode(config, context) : readQueryMode(config, context);
	if (config.max_parallel_connections > 1 && config.split_by === undefined) {
		context.warn('max_parallel_connections', 'max_parallel_connections has no effect without split_by', 'add split_by: a number or date column');
	}
	if (connection === null || from === null) return null;
	return {
		kind: 'table',
		connection: connection.id,
		from,
		where: null,
		splitBy: config.split_by ?? null,
		parallel: config.max_parallel_connections,
		fields: [],
	};
}

function readTableMode(config: Config, context: LowerContext): TableSource['from'] | null {
	if (config.query !== undefined) {
		context.fault('query', 'a query is given, access_mode is table', 'use "access_mode": "query", or leave query out');
		return null;
	}
	return readTable(config, context);
}

function readQueryMode(config: Config, context: LowerContext): TableSource['from'] | null {
	for (const name of ['table', 'where_clause'] as const) {
		if (config[name] !== undefined)
			context.fault(
				name,
				`${name} is given, access_mode is query`,
				name === 'table' ? 'use "access_mode": "table", or leave table out' : 'write the condition into the query',
			);
	}
	if (config.query === undefined) context.fault('query', 'access_mode query needs a query', 'a select in the SQL of the database');
	const bound = config.query === undefined ? null : context.sql(config.query, 'query');
	return bound === null || config.table !== undefined || config.where_clause !== undefined ? null : { query: bound.sql, parameters: bound.parameters };
}

export const databaseSource = defineComponent({
	key: 'database_source_component',
	category: 'source',
	name: 'Database source',
	summary: 'Reads a table, part of a table or the result of a query from a database connection.',
	docs: 'where_clause is an expression of this product and runs in the database where the database can say it exactly. With fields only those columns are read; where_clause and split_by may use every column of the table. The rows are those of one moment where the database can hold one.',
	config,
	inputs: { min: 0, max: 0, ports: [] },
	outputs: ['out', 'dead_letter'],
	probe(config, context) {
		const found = source(config, context);
		return config.fields === undefined || config.where_clause !== undefined || config.split_by !== undefined ? found : null;
	},
	lower(config, context) {
		const found = source(config, context);
		const read = readFields(config.fields, context);
		const named = read?.fields.map(({ source, type }) => ({ name: String(source), type })) ?? [];
		const columns: Schema = [...named, ...(context.discovered ?? []).filter(({ name }) => named.every((field) => field.name !== name))];
		if (columns.length === 0) return null;
		const where = config.where_clause === undefined ? undefined : context.expression(config.where_clause, 'where_clause', columns, 'boolean');
		const splits = config.split_by === undefined || splitFits(config.split_by, columns, context);
		if (found === null || read === null || where === null || !splits) return null;
		return { operator: { kind: 'scan', source: { ...found, where: where ?? null, fields: read.fields } }, output: read.output };
	},
	examples: [
		{
			title: 'Rows of a table that changed since a variable',
			config: { connection_id: 2, table: 'orders', where_clause: "updated_at >= '$since' and status <> 'draft'" },
			variables: { since: '2024-01-01T00:00:00Z' },
			given: [],
			outside: {
				table: {
					schema: { id: 'integer', status: 'string', updated_at: 'datetime' },
					rows: [
						[1, 'paid', '2023-12-31T23:59:59Z'],
						[2, 'paid', '2024-01-01T00:00:00Z'],
						[3, 'draft', '2024-02-01T00:00:00Z'],
					],
				},
			},
			then: { out: { schema: { id: 'integer', status: 'string', updated_at: 'datetime' }, rows: [[2, 'paid', '2024-01-01T00:00:00Z']] } },
		},
		{
			title: 'The result of a query, one column renamed',
			config: {
				connection_id: 2,
				access_mode: 'query',
				query: "select id, total from orders where country = '$country'",
				fields: [
					{ name: 'id', type: 'integer' },
					{ name: 'total', type: 'double', alias: 'amount' },
				],
			},
			variables: { country: 'PT' },
			given: [],
			then: { out: { schema: { id: 'integer', amount: 'double' }, rows: [] } },
		},
	],
});

const SPLITTABLE: ReadonlySet<string> = new Set(['integer', 'long', 'decimal', 'float', 'double', 'date', 'datetime']);

function splitFits(name: string, columns: Schema, context: LowerContext): boolean {
	const field = context.column(name, 'split_by', columns);
	if (field === null) return false;
	if (SPLITTABLE.has(field.type.kind)) return true;
	context.fault('split_by', `${name} is ${field.type.kind}`, 'split by a number, date or datetime column', 'columns');
	return false;
}
