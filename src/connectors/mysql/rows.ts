import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import type { Schema } from '../../data/types.ts';
import type { MisfitCell } from '../connector.ts';
import { misfit } from '../sql/misfit.ts';
import { uniqueNames } from '../sql/names.ts';
import { type MysqlCell, type MysqlField, readMysqlCell, typeOfField } from './types.ts';

/** The columns of a result, by what the server says of them. */
export function schemaOf(fields: readonly MysqlField[]): Schema {
	const names = uniqueNames(fields.map((field) => field.name));
	return fields.map((field, index) => ({ name: names[index] ?? field.name, type: typeOfField(field) }));
}

/** Rows of cells as a batch; cells behind the schema's are ignored. One that is not of its type is told in `misfits`, or else an error. */
export function batchOf(schema: Schema, rows: readonly (readonly MysqlCell[])[], source: string, misfits: MisfitCell[] | null = null): Batch {
	const columns = schema.map((field, index) => {
		const builder = vectorBuilder(field.type, rows.length);
		for (const [row, cells] of rows.entries()) {
			const cell = cells[index] ?? null;
			const value = cell === null ? null : readMysqlCell(field.type, cell);
			if (value === undefined) {
				misfit(
					{
						field,
						row,
						column: index,
						shown: typeof cell === 'string' ? JSON.stringify(cell.slice(0, 80)) : `${cell?.byteLength} bytes`,
						source,
						hint: 'Cast it in a query, or give the field the type string.',
					},
					misfits,
				);
				builder.push(null);
				continue;
			}
			builder.push(value);
		}
		return builder.finish();
	});
	return { schema, length: rows.length, columns };
}
