import { valueAt } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import { rowToJson } from '../../data/json.ts';
import { formatValue } from '../../data/text.ts';
import type { HttpDestination } from '../../plan/endpoints.ts';
import { columnOf } from '../operators/narrow.ts';

const PLACEHOLDER = /#\{([^}]*)\}/g;

/** The body of a request: one row's, or a JSON list of the bodies of several. Null for DELETE without a template, which says all in its path. */
export function requestBody({ bodyTemplate, batchSize, request }: HttpDestination, batch: Batch): string | null {
	if (bodyTemplate === null && request.method === 'DELETE' && batchSize === 1) return null;
	const bodies = Array.from({ length: batch.length }, (_, row) => rowBody(bodyTemplate, batch, row));
	return batchSize === 1 ? (bodies[0] as string) : `[${bodies.join(',')}]`;
}

function rowBody(template: string | null, batch: Batch, row: number): string {
	if (template === null) return JSON.stringify(rowToJson(batch, row));
	const values = rowToJson(batch, row);
	return template.replace(PLACEHOLDER, (_, name: string) => {
		const text = JSON.stringify(values[name] ?? null);
		// Inside the quotes of a template only what is between them is wanted.
		return text.startsWith('"') ? text.slice(1, -1) : text;
	});
}

/**
 * The path with values of the batch's first row, each of them one piece that leads nowhere else. Null where values make a piece
 * `.` or `..` of it: URL parsers climb the path by these, percent-encoded or not.
 */
export function requestPath(path: string, batch: Batch): string | null {
	const pieces = path.split('/').map((template) => ({ template, piece: template.replace(PLACEHOLDER, (_, name: string) => pathValue(name, batch)) }));
	const climbs = pieces.some(({ template, piece }) => piece !== template && /^(?:\.|%2e){1,2}$/i.test(piece));
	return climbs ? null : pieces.map(({ piece }) => piece).join('/');
}

function pathValue(name: string, batch: Batch): string {
	const column = columnOf(batch, name);
	const value = valueAt(column, 0);
	return value === null ? '' : encodeURIComponent(formatValue(column.type, value)).replaceAll('.', '%2E');
}
