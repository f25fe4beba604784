import * as z from 'zod';
import type { TaskContext } from '../component.ts';

export const tableName = z.string().min(1).max(128);
export const tableSchema = z
	.string()
	.min(1)
	.max(255)
	.optional()
	.describe('Schema or data set of the table; that of the connection where left out. May hold variables.');

/** Fills schema and table; null after faults. */
export function readTable(
	config: { readonly schema_name?: string | undefined; readonly table?: string | undefined },
	context: TaskContext,
): { readonly schema: string | null; readonly table: string } | null {
	if (config.table === undefined) {
		context.fault('table', 'no table is named', 'the name of a table; discover_schema lists those of a connection');
		return null;
	}
	const schema = config.schema_name === undefined ? undefined : readName(config.schema_name, 'schema_name', context);
	const table = readName(config.table, 'table', context);
	if (schema === null || table === null) return null;
	const dot = table.lastIndexOf('.');
	if (dot > 0 && schema === undefined) {
		const hint = `"schema_name": ${JSON.stringify(table.slice(0, dot))}, "table": ${JSON.stringify(table.slice(dot + 1))}`;
		context.fault('table', `${JSON.stringify(table)} names a schema and a table in one`, hint);
		return null;
	}
	return { schema: schema ?? null, table };
}

function readName(template: string, path: string, context: TaskContext): string | null {
	const name = context.fill(template, path, 'identifier');
	if (name === null) return null;
	if (/^\P{Cc}*$/u.test(name) && !/["`[\]]/.test(name)) return name;
	context.fault(path, `${JSON.stringify(name)} is no name`, 'without quotes and control characters; it is quoted where the database needs it');
	return null;
}
