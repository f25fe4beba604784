import type { TableColumn } from '../../connectors/connector.ts';
import { typeName } from '../../data/type-names.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Principal } from '../../model/principal.ts';
import type { DiscoveredSchema } from '../../model/views/connection.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';
import { type OpenedDatabase, withDatabase } from './database.ts';

export interface DiscoverSchemaInput {
	readonly connection_id: number;
	readonly schema_name?: string | undefined;
	/** 100 unless given, most 500. */
	readonly limit?: number | undefined;
	readonly offset?: number | undefined;
	/** Part of a table's name, in any case. */
	readonly search?: string | undefined;
	/** One table: its columns instead of the list. */
	readonly table?: string | undefined;
}

const LIMIT = { normal: 100, most: 500 };
const FURTHEST = 1_000_000;

/** Tables that a database connection reaches, or one table's columns. */
export async function discoverSchema(context: OperationContext, principal: Principal, input: DiscoverSchemaInput): Promise<DiscoveredSchema> {
	const limit = within('limit', input.limit ?? LIMIT.normal, 1, LIMIT.most);
	const offset = within('offset', input.offset ?? 0, 0, FURTHEST);
	const { connection_id, table } = input;
	const schema = input.schema_name ?? null;
	return withDatabase(context, principal.account.id, connection_id, async ({ connection, ...opened }) => {
		if (table !== undefined) {
			const columns = await describeTable({ ...opened, connection }, schema, table);
			return { connection_id, tables: [{ schema_name: schema, name: table, columns: columns.map(columnView) }], total: 1, next_offset: null };
		}
		const found = await connection.listTables({ schema, search: input.search ?? null, limit, offset });
		const tables = found.tables.map((each) => ({ schema_name: each.schema, name: each.table }));
		return {
			connection_id,
			tables,
			total: found.total,
			next_offset: offset + tables.length < found.total && tables.length > 0 ? offset + tables.length : null,
		};
	});
}

/** A table's columns; one that is not there is `not_found` that names the nearest. */
export async function describeTable({ connection }: OpenedDatabase, schema: string | null, table: string): Promise<readonly TableColumn[]> {
	const columns = await connection.describe({ schema, table });
	if (columns !== null) return columns;
	const { tables } = await connection.listTables({ schema, search: null, limit: LIMIT.most, offset: 0 });
	const names = tables.map((each) => each.table);
	const meant = nearest(table, names);
	const listed = names.length === 0 ? 'There are none.' : `Some that are there: ${names.slice(0, 10).join(', ')}.`;
	throw new AppError(
		'not_found',
		`there is no table ${JSON.stringify(table.slice(0, 200))}${schema === null ? '' : ` in schema ${JSON.stringify(schema.slice(0, 200))}`}`,
		{
			hint: meant === undefined ? `${listed} discover_schema lists all.` : `Did you mean ${meant}? discover_schema lists all.`,
		},
	);
}

export function columnView(column: TableColumn) {
	return { name: column.name, type: typeName(column.type), native_type: column.nativeType, nullable: column.nullable, primary_key: column.primaryKey };
}
