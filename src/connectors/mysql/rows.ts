import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import { typeName } from '../../data/type-names.ts';
import type { Schema } from '../../data/types.ts';
import { uniqueNames } from '../sql/names.ts';
import { upstream } from '../upstream.ts';
import { type MysqlCell, type MysqlField, readMysqlCell, typeOfField } from './types.ts';

/** The columns of a result, by what the server says of them. */
export function schemaOf(fields: readonly MysqlField[]): Schema {
	const names = uniqueNames(fields.map((field) => field.name));
	return fields.map((field, index) => ({ name: names[index] ?? field.name, type: typeOfField(field) }));
}

/** Rows of cells as a batch; cells behind the schema's are ignored. */
export function batchOf(schema: Schema, rows: readonly (readonly MysqlCell[])[], source: string): Batch {
	const columns = schema.map((field, index) => {
		const builder = vectorBuilder(field.type, rows.length);
		for (const [row, cells] of rows.entries()) {
			const cell = cells[index] ?? null;
			const value = cell === null ? null : readMysqlCell(field.type, cell);
			if (value === undefined) {
				const shown = typeof cell === 'string' ? JSON.stringify(cell.slice(0, 80)) : `${cell?.byteLength} bytes`;
				throw upstream(`Column ${field.name} of the ${source} holds ${shown} in row ${row + 1} of a page, which is not ${typeName(field.type)}.`, {
					retryable: false,
					hint: 'Cast it in a query, or give the field the type string.',
				});
			}
			builder.push(value);
		}
		return builder.finish();
	});
	return { schema, length: rows.length, columns };
}
