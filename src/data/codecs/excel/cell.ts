import { AppError } from '../../../lib/errors.ts';
import type { VectorBuilder } from '../../builder.ts';
import { isDatetime, MS_PER_DAY } from '../../calendar.ts';
import { dateFormat } from '../../date-format.ts';
import { formatIsoDate, formatIsoDatetime, pad2 } from '../../datetime.ts';
import { parseDatetime, parseValue } from '../../text.ts';
import type { Workbook } from './workbook.ts';
import { attribute, textRuns, unescapeExcel } from './xml.ts';

/** What a cell holds. `moment`: milliseconds since the epoch; `timeOnly` where it has a time but no day. */
export type Cell =
	| { readonly kind: 'text' | 'error'; readonly text: string }
	/** `digits`: as the file spells a whole number, which may have more of them than a double holds. */
	| { readonly kind: 'number'; readonly number: number; readonly digits: string | null }
	| { readonly kind: 'boolean'; readonly value: boolean }
	| { readonly kind: 'moment'; readonly ms: number; readonly timeOnly: boolean }
	/** A length of time, shown in hours past 24. */
	| { readonly kind: 'elapsed'; readonly days: number };

const CELL = /<((?:[\w.-]+:)?)c(?=[\s/>])([^<>]*)>/g;
const WHOLE = /^(?:0|-?[1-9]\d{0,39})$/;
const VALUE = /<(?:[\w.-]+:)?v(?:\s[^<>]*)?>([^<]*)</;
/** Columns of a sheet, A to XFD. */
const MOST_COLUMNS = 16_384;

/** The cells of a row's inside, by 0-based column; empty ones are left out. */
export function cellsOf(row: string, workbook: Workbook): Map<number, Cell> {
	const cells = new Map<number, Cell>();
	let next = 0;
	for (let found = nextCell(row, 0); found !== null; found = nextCell(row, found.end)) {
		const column = columnOf(attribute(found.tag, 'r')) ?? next;
		if (column >= MOST_COLUMNS)
			throw new AppError('limit', `a row of the sheet has more than ${MOST_COLUMNS} columns`, {
				hint: 'No spreadsheet program writes more: save the workbook again.',
			});
		next = column + 1;
		const cell = cellOf(found.tag, found.inside, workbook);
		if (cell !== null) cells.set(column, cell);
	}
	return cells;
}

/** The first cell from a place on; one that is not closed is an error, lest all the rest be looked through for each. */
function nextCell(row: string, from: number): { readonly tag: string; readonly inside: string; readonly end: number } | null {
	CELL.lastIndex = from;
	const start = CELL.exec(row);
	if (start === null) return null;
	const [whole, prefix = '', tag = ''] = start;
	const inner = start.index + whole.length;
	if (tag.endsWith('/')) return { tag, inside: '', end: inner };
	const close = `</${prefix}c>`;
	const end = row.indexOf(close, inner);
	if (end < 0)
		throw new AppError('invalid_input', 'a cell of the sheet has no end', { hint: 'Open the workbook in a spreadsheet program and save it again as .xlsx.' });
	return { tag, inside: row.slice(inner, end), end: end + close.length };
}

/** `AB12` is column 27; undefined where there is no reference. */
function columnOf(reference: string | undefined): number | undefined {
	const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
	if (letters === undefined) return undefined;
	let column = 0;
	for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
	return column - 1;
}

function cellOf(tag: string, inside: string, workbook: Workbook): Cell | null {
	const type = attribute(tag, 't') ?? 'n';
	if (type === 'inlineStr') return textCell(textRuns(inside));
	const value = VALUE.exec(inside)?.[1];
	if (value === undefined || value === '') return null;
	switch (type) {
		case 's':
			return textCell(sharedText(value, workbook));
		case 'b':
			return { kind: 'boolean', value: value === '1' || value === 'true' };
		case 'e':
			return { kind: 'error', text: value };
		case 'd': {
			const parsed = parseDatetime(value);
			return parsed === undefined ? textCell(value) : { kind: 'moment', ms: parsed.ms, timeOnly: false };
		}
		case 'n': {
			const number = Number(value);
			if (!Number.isFinite(number)) return { kind: 'error', text: value };
			const style = workbook.styles[Number(attribute(tag, 's') ?? 0)];
			if (style === 'date') return momentCell(number, workbook.since1904);
			return style === 'elapsed' ? { kind: 'elapsed', days: number } : { kind: 'number', number, digits: WHOLE.test(value) ? value : null };
		}
		default:
			return textCell(unescapeExcel(value));
	}
}

function sharedText(index: string, { sharedTexts }: Workbook): string {
	const text = sharedTexts[Number(index)];
	if (text !== undefined) return text;
	throw new AppError('invalid_input', `a cell has the text ${index} of ${sharedTexts.length} that the workbook shares`, {
		hint: 'Open it in a spreadsheet program and save it again as .xlsx.',
	});
}

function textCell(text: string): Cell | null {
	return text === '' ? null : { kind: 'text', text };
}

/** Day 60 is 29 February 1900, which never was: days before it count from one day later. */
function momentCell(serial: number, since1904: boolean): Cell {
	const epoch = since1904 ? -24_107 : serial < 60 ? -25_568 : -25_569;
	const ms = Math.round(serial * MS_PER_DAY) + epoch * MS_PER_DAY;
	return isDatetime(ms)
		? { kind: 'moment', ms, timeOnly: serial >= 0 && serial < 1 && !(since1904 && serial === 0) }
		: { kind: 'number', number: serial, digits: null };
}

/** A cell as text: dates as ISO 8601, whole numbers digit for digit, others with the 15 digits a spreadsheet shows. */
export function cellText(cell: Cell): string {
	switch (cell.kind) {
		case 'text':
		case 'error':
			return cell.text;
		case 'number':
			return cell.digits ?? shownNumber(cell.number);
		case 'boolean':
			return String(cell.value);
		case 'elapsed':
			return elapsedText(cell.days);
		case 'moment': {
			const text = formatIsoDatetime(cell.ms).replace('Z', '');
			if (cell.timeOnly) return text.slice(11);
			return cell.ms % MS_PER_DAY === 0 ? formatIsoDate(cell.ms / MS_PER_DAY) : text;
		}
	}
}

/** `36:30:00`, with milliseconds where there are some; `-1:00:00` for less than none. The number where it has none that are sure. */
function elapsedText(days: number): string {
	const ms = Math.round(Math.abs(days) * MS_PER_DAY);
	if (!Number.isSafeInteger(ms)) return shownNumber(days);
	const [hours, minutes, seconds] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60];
	const fraction = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`;
	return `${days < 0 && ms > 0 ? '-' : ''}${hours}:${pad2(minutes)}:${pad2(seconds)}${fraction}`;
}

/** A sum such as 0.1 + 0.2 is stored as 0.30000000000000004 and shown as 0.3. */
function shownNumber(number: number): string {
	return String(Number(number.toPrecision(15)));
}

/** Appends a cell as the builder's type; false, and nothing appended, where it is none. */
export function pushCell(builder: VectorBuilder, cell: Cell, format: string | null): boolean {
	const { type } = builder;
	if (cell.kind === 'error' && type.kind !== 'string') return false;
	if (cell.kind === 'moment' && type.kind === 'datetime') {
		builder.push(cell.ms);
		return true;
	}
	if (cell.kind === 'number' && type.kind === 'double') {
		builder.push(cell.number);
		return true;
	}
	if (cell.kind === 'elapsed' && type.kind !== 'string' && type.kind !== 'json') {
		// As a number it is the days that the file has.
		if (type.kind === 'date' || type.kind === 'datetime' || type.kind === 'boolean') return false;
		return pushCell(builder, { kind: 'number', number: cell.days, digits: null }, format);
	}
	const text = cellText(cell);
	if (type.kind === 'datetime' || type.kind === 'date') {
		if (format !== null && cell.kind === 'text') {
			const formatted = dateFormat(format).parse(text.trim());
			if (formatted === undefined) return false;
			builder.push(type.kind === 'date' ? formatted.day : formatted.ms, formatted.offset);
			return true;
		}
		const parsed = type.kind === 'datetime' ? parseDatetime(text) : undefined;
		if (parsed !== undefined) {
			builder.push(parsed.ms, parsed.offset);
			return true;
		}
	}
	const value = type.kind === 'json' ? cellJson(cell, text) : parseValue(type, text);
	if (value === undefined) return false;
	builder.push(value);
	return true;
}

function cellJson(cell: Cell, text: string): string {
	if (cell.kind === 'number') return cell.digits ?? JSON.stringify(cell.number);
	return JSON.stringify(cell.kind === 'boolean' ? cell.value : text);
}
