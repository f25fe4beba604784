import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import type { Schema } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { MisfitCell } from '../connector.ts';
import { misfit } from '../sql/misfit.ts';
import type { ClickhouseClient } from './client.ts';
import { readClickhouseCell } from './types.ts';

/** Rows of JSONCompactEachRow as a batch; cells behind the schema's are ignored. One that is not of its type is told in `misfits`, or else an error. */
export function batchOf(schema: Schema, rows: readonly (readonly Json[])[], source: string, misfits: MisfitCell[] | null = null): Batch {
	const columns = schema.map((field, index) => {
		const builder = vectorBuilder(field.type, rows.length);
		for (const [row, cells] of rows.entries()) {
			const cell = cells[index] ?? null;
			const value = readClickhouseCell(field.type, cell);
			if (value === undefined) {
				misfit(
					{ field, row, column: index, shown: JSON.stringify(cell).slice(0, 80), source, hint: 'Cast it in a query, or give the field the type string.' },
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

/** Rows of an answer as they come. What is no row is the server's error, which it can only say in the body once that has begun. */
export async function* streamedRows(client: ClickhouseClient, body: ReadableStream<Uint8Array>): AsyncGenerator<Json[], void> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of body) {
		rest += decoder.decode(chunk, { stream: true });
		const lines = rest.split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line !== '') yield rowOf(client, line, rest);
	}
	if (rest.trim() !== '') yield rowOf(client, rest, '');
}

function rowOf(client: ClickhouseClient, line: string, rest: string): Json[] {
	if (line.startsWith('[')) {
		try {
			return JSON.parse(line) as Json[];
		} catch {
			// The error text follows the broken row.
		}
	}
	throw client.failure(`${line}\n${rest}`.slice(0, 4000));
}
