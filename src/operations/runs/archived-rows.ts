import type { OperationContext } from '../context.ts';
import { archivedLines } from './archived-lines.ts';

type Row = Record<string, unknown>;

/** The first rows of a result in R2, about `bytes` of them; null where they have gone. Results of earlier versions are one JSON list. */
export async function archivedRows(context: Pick<OperationContext, 'archive'>, key: string, bytes = Number.POSITIVE_INFINITY): Promise<Row[] | null> {
	if (!key.endsWith('.ndjson')) return (await (await context.archive.get(key))?.json<Row[]>()) ?? null;
	const rows: Row[] = [];
	for await (const { text, next } of archivedLines(context, key, { line: 0, byte: 0 })) {
		rows.push(JSON.parse(text) as Row);
		if (next.byte >= bytes) break;
	}
	return rows.length === 0 ? null : rows;
}
