import { offsetAt, valueAt } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import { rowToJson } from '../../data/json.ts';
import { formatValue } from '../../data/text.ts';
import type { Json } from '../../lib/json.ts';
import type { HttpDestination } from '../../plan/endpoints.ts';
import { columnsNamed, ROW_VALUE } from '../../plan/row-values.ts';
import { columnOf } from '../operators/narrow.ts';

/** The body of a request: one row's, or a JSON list of the bodies of several. Null for DELETE without a template, which says all in its path. */
export function requestBody({ bodyTemplate, batchSize, request }: HttpDestination, batch: Batch): string | null {
	if (bodyTemplate === null && request.method === 'DELETE' && batchSize === 1) return null;
	const bodies = Array.from({ length: batch.length }, (_, row) => rowBody(bodyTemplate, batch, row));
	return batchSize === 1 ? (bodies[0] as string) : `[${bodies.join(',')}]`;
}

function rowBody(template: string | null, batch: Batch, row: number): string {
	if (template === null) return JSON.stringify(rowToJson(batch, row));
	const values = rowToJson(batch, row);
	let body = '';
	let inQuotes = false;
	let from = 0;
	for (const match of template.matchAll(ROW_VALUE)) {
		const before = template.slice(from, match.index);
		inQuotes = quotedBehind(before, inQuotes);
		from = match.index + match[0].length;
		const value = values[match[1] ?? ''] ?? null;
		if (value === null && inQuotes) {
			// Null between quotes of its own is null, not the word; inside a longer text, and as a name, it is nothing.
			const alone = before.endsWith('"') && /^"(?!\s*:)/.test(template.slice(from));
			body += alone ? `${before.slice(0, -1)}null` : before;
			if (alone) {
				from++;
				inQuotes = false;
			}
		} else body += before + spelled(value, inQuotes);
	}
	return body + template.slice(from);
}

/** Inside the quotes of a template only what is between them is wanted, of objects and lists their JSON as text. */
function spelled(value: Json, inQuotes: boolean): string {
	const json = JSON.stringify(value);
	if (json.startsWith('"')) return json.slice(1, -1);
	return inQuotes && typeof value === 'object' ? JSON.stringify(json).slice(1, -1) : json;
}

function quotedBehind(text: string, inQuotes: boolean): boolean {
	let quoted = inQuotes;
	for (let at = 0; at < text.length; at++) {
		if (text[at] === '\\') at++;
		else if (text[at] === '"') quoted = !quoted;
	}
	return quoted;
}

/** Why a row gives no request. */
export class NoRequest {
	/** The error class of the row. */
	readonly errorClass: 'invalid_path' | 'invalid_header';
	readonly message: string;

	constructor(errorClass: NoRequest['errorClass'], message: string) {
		this.errorClass = errorClass;
		this.message = message;
	}
}

/**
 * The path with values of the batch's first row, each of them one piece that leads nowhere else. No request where values make a
 * piece `.` or `..` of it, since URL parsers climb the path by these, percent-encoded or not; nor where a value is missing before
 * the query: `DELETE customers/` is not about one customer any more.
 */
export function requestPath(template: string, batch: Batch): string | NoRequest {
	const query = template.indexOf('?');
	const place = query < 0 ? template : template.slice(0, query);
	const [missing] = columnsNamed(place).filter((name) => textOf(name, batch) === '');
	if (missing !== undefined) return new NoRequest('invalid_path', `${missing} has no value, and a piece of the path would be missing`);
	const [broken] = columnsNamed(template).filter((name) => !textOf(name, batch).isWellFormed());
	if (broken !== undefined) return new NoRequest('invalid_path', `${broken} ends or begins in half a character, which no address can hold`);
	const pieces = template.split('/').map((each) => ({ each, piece: each.replace(ROW_VALUE, (_, name: string) => pathValue(name, batch)) }));
	const climbs = pieces.some(({ each, piece }) => piece !== each && /^(?:\.|%2e){1,2}$/i.test(piece));
	if (climbs) return new NoRequest('invalid_path', 'its values make . or .. of a piece of the path, which would lead elsewhere');
	return pieces.map(({ piece }) => piece).join('/');
}

/** What no header can hold: control signs but the tab, and all past one byte. */
const NO_HEADER = /[^\t\x20-\x7e\x80-\xff]/;

/** Headers with values of the batch's first row. */
export function requestHeaders(headers: Readonly<Record<string, string>>, batch: Batch): Record<string, string> | NoRequest {
	const filled: Record<string, string> = {};
	for (const [name, template] of Object.entries(headers)) {
		const value = template.replace(ROW_VALUE, (_, column: string) => textOf(column, batch));
		// A line break would begin another header (RFC 9110, 5.5), and past Latin-1 fetch takes none.
		if (NO_HEADER.test(value))
			return new NoRequest('invalid_header', `its values put a line break, a control sign or one past Latin-1 into the header ${name}`);
		filled[name] = value;
	}
	return filled;
}

function pathValue(name: string, batch: Batch): string {
	return encodeURIComponent(textOf(name, batch)).replaceAll('.', '%2E');
}

/** A value of the first row as text; null is the empty one. */
function textOf(name: string, batch: Batch): string {
	const column = columnOf(batch, name);
	const value = valueAt(column, 0);
	return value === null ? '' : formatValue(column.type, value, offsetAt(column, 0));
}
