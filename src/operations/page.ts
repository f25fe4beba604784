import { AppError } from '../lib/errors.ts';

/** What every list takes. */
export interface PageRequest {
	/** Rows wanted; each list states its default and most. */
	readonly limit?: number | undefined;
	/** `next_cursor` of the page before. */
	readonly cursor?: string | undefined;
}

/** The bound a list puts on a page. */
export interface PageBounds {
	readonly list: string;
	readonly normal: number;
	readonly most: number;
}

export interface PagePosition {
	readonly limit: number;
	/** Id of the last row of the page before; null begins. */
	readonly from: number | null;
}

export function pagePosition(request: PageRequest, bounds: PageBounds): PagePosition {
	return {
		limit: within('limit', request.limit ?? bounds.normal, 1, bounds.most),
		from: request.cursor === undefined ? null : readCursor(request.cursor, bounds.list),
	};
}

/** A number a caller gave, refused outside its bounds rather than bent into them. */
export function within(name: string, value: number, least: number, most: number): number {
	if (Number.isInteger(value) && value >= least && value <= most) return value;
	throw new AppError('invalid_input', `${name} is ${value}`, { hint: `${name} is a whole number from ${least} to ${most}.` });
}

/** Cuts the extra row that was asked for to know whether there is more, and names the place to go on from. */
export function pageOf<Row extends { readonly id: number }>(
	rows: readonly Row[],
	limit: number,
	list: string,
): { readonly rows: readonly Row[]; readonly next_cursor: string | null } {
	const page = rows.slice(0, limit);
	const last = page.at(-1);
	return { rows: page, next_cursor: rows.length > limit && last !== undefined ? cursorFor(list, last.id) : null };
}

/** Opaque to callers: base64url of the list's name and the last id, so that one list's cursor is refused by another. */
export function cursorFor(list: string, id: number): string {
	return btoa(`${list}:${id}`).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function readCursor(cursor: string, list: string): number {
	const found = /^[A-Za-z0-9_-]{1,100}$/.test(cursor) ? new RegExp(`^${list}:([1-9]\\d{0,15})$`).exec(decoded(cursor)) : null;
	if (found === null) {
		throw new AppError('invalid_input', `cursor ${JSON.stringify(cursor.slice(0, 40))} is not one of this list`, {
			hint: 'Give next_cursor of the page before, unchanged and with the same filters, or leave cursor out to begin.',
		});
	}
	return Number(found[1]);
}

function decoded(cursor: string): string {
	try {
		return atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
	} catch {
		return '';
	}
}
