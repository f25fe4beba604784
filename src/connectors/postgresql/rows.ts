import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import { typeName } from '../../data/type-names.ts';
import type { Schema } from '../../data/types.ts';
import { uniqueNames } from '../sql/names.ts';
import { upstream } from '../upstream.ts';
import type { PgResult } from './client.ts';
import { readText, typeOfOid } from './types.ts';

/** The columns of a result, by what the server says of them. */
export function schemaOf(fields: PgResult['fields']): Schema {
	const names = uniqueNames(fields.map((field) => field.name));
	return fields.map((field, index) => ({ name: names[index] ?? field.name, type: typeOfOid(field.oid, field.modifier) }));
}

/** Rows of server texts as a batch; cells behind the schema's are ignored. */
export function batchOf(schema: Schema, rows: PgResult['rows'], source: string): Batch {
	const columns = schema.map((field, index) => {
		const builder = vectorBuilder(field.type, rows.length);
		for (const [row, cells] of rows.entries()) {
			const text = cells[index] ?? null;
			const value = text === null ? null : readText(field.type, text);
			if (value === undefined) {
				throw upstream(
					`Column ${field.name} of the ${source} holds ${JSON.stringify(text?.slice(0, 80))} in row ${row + 1} of a page, which is not ${typeName(field.type)}.`,
					{
						retryable: false,
						hint: 'Cast it in a query, for example to numeric(38,10) or text, or give the field the type string.',
					},
				);
			}
			builder.push(value);
		}
		return builder.finish();
	});
	return { schema, length: rows.length, columns };
}
