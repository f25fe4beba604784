import { discoverFields } from '../../data/codecs/discover.ts';
import type { Schema } from '../../data/types.ts';

/** So many rows tell what all are like. */
const ROWS_LOOKED_AT = 1_000;

/** The columns of rows that were handed to a run, as those of an NDJSON file. */
export function payloadColumns(rows: readonly unknown[]): Schema {
	const text = rows
		.slice(0, ROWS_LOOKED_AT)
		.map((row) => JSON.stringify(row))
		.join('\n');
	const found = discoverFields({ type: 'ndjson', baseRecord: '$', encoding: 'utf-8' }, new TextEncoder().encode(text), true);
	return found.map(({ name, type }) => ({ name, type }));
}
