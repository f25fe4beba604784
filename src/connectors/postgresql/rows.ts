import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import type { Schema } from '../../data/types.ts';
import type { MisfitCell } from '../connector.ts';
import { misfit } from '../sql/misfit.ts';
import { uniqueNames } from '../sql/names.ts';
import type { PgResult } from './client.ts';
import { readText, typeOfOid } from './types.ts';

/** The columns of a result, by what the server says of them. */
export function schemaOf(fields: PgResult['fields']): Schema {
	const names = uniqueNames(fields.map((field) => field.name));
	return fields.map((field, index) => ({ name: names[index] ?? field.name, type: typeOfOid(field.oid, field.modifier) }));
}

/** Rows of server texts as a batch; cells behind the schema's are ignored. One that is not of its type is told in `misfits`, or else an error. */
export function batchOf(schema: Schema, rows: PgResult['rows'], source: string, misfits: MisfitCell[] | null = null): Batch {
	const columns = schema.map((field, index) => {
		const builder = vectorBuilder(field.type, rows.length);
		for (const [row, cells] of rows.entries()) {
			const text = cells[index] ?? null;
			const value = text === null ? null : readText(field.type, text);
			if (value === undefined) {
				misfit(
					{
						field,
						row,
						column: index,
						shown: JSON.stringify(text?.slice(0, 80)),
						source,
						hint: 'Cast it in a query, for example to numeric(38,10) or text, or give the field the type string.',
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
