import type { Json } from '../lib/json.ts';

/**
 * JSON without losing digits. `JSON.parse` rounds numbers to doubles; where a text could hold one that a double does not
 * keep, a reviver with source access sees its digits (V8 has had both since 11.4).
 */

/** A number that a double cannot keep, by its digits; `JSON.stringify` writes it as it was. */
export interface ExactNumber {
	readonly rawJSON: string;
}

interface ExactJson {
	rawJSON(text: string): ExactNumber;
	isRawJSON(value: unknown): value is ExactNumber;
	parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
}
const exactJson = JSON as unknown as ExactJson;

const EXPONENT_OF_THREE = /^[+-]?\d{3}/;

/**
 * Whether a JSON text could hold a number that a double does not keep: 16 digits in a row, a point among them or not, or an
 * exponent of three digits. A loop, because a regular expression for it takes longer than `JSON.parse` itself.
 */
export function mayLoseDigits(text: string): boolean {
	let digits = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code >= 48 && code <= 57) {
			if (++digits === 16) return true;
		} else if (digits > 0 && code !== 46) {
			if ((code | 32) === 101 && EXPONENT_OF_THREE.test(text.slice(at + 1, at + 5))) return true;
			digits = 0;
		}
	}
	return false;
}

/** Deeper than this nothing sensible is nested, and what goes through values member by member would run out of stack. */
export const MOST_DEPTH = 250;

/** Whether lists and objects in a JSON text are nested deeper than is read. Most texts have not even so many of them. */
function isTooDeep(text: string): boolean {
	if (text.length <= MOST_DEPTH * 2 || openings(text, '[', MOST_DEPTH) + openings(text, '{', MOST_DEPTH) <= MOST_DEPTH) return false;
	let depth = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) at = closingQuote(text, at);
		else if (code === 91 || code === 123) {
			if (++depth > MOST_DEPTH) return true;
		} else if (code === 93 || code === 125) depth--;
	}
	return false;
}

/** How often a sign is in a text, counted to `enough`. */
function openings(text: string, sign: string, enough: number): number {
	let count = 0;
	for (let at = text.indexOf(sign); at >= 0 && count <= enough; at = text.indexOf(sign, at + 1)) count++;
	return count;
}

export function isExactNumber(value: unknown): value is ExactNumber {
	return typeof value === 'object' && value !== null && exactJson.isRawJSON(value);
}

/** As `JSON.parse`, rounding. Undefined where the text is not JSON, or nested deeper than 250 levels. */
export function parseJsonRounded(text: string): unknown {
	if (isTooDeep(text)) return undefined;
	try {
		return JSON.parse(text);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

/** As `JSON.parse`, numbers that a double does not keep as `ExactNumber`. Undefined where the text is not JSON, or nested deeper than 250 levels. */
export function parseJsonNumbers(text: string): unknown {
	return parseWith(text, exactJson.rawJSON);
}

/** As `JSON.parse`, numbers that a double does not keep as text of their digits. Undefined where the text is not JSON, or nested deeper than 250 levels. */
export function parseJsonExact(text: string): Json | undefined {
	return parseWith(text, (digits) => digits) as Json | undefined;
}

function parseWith(text: string, inexact: (digits: string) => unknown): unknown {
	if (isTooDeep(text)) return undefined;
	try {
		if (!mayLoseDigits(text)) return JSON.parse(text);
		return exactJson.parse(text, (_key, value, { source }) =>
			typeof value === 'number' && source !== undefined && !keepsDigits(source, value) ? inexact(source) : value,
		);
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
}

/** Whether a number's text and its double are the same number. */
export function keepsDigits(source: string, value: number): boolean {
	if (source.length <= 15 && !/[eE]/.test(source)) return true;
	if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)) return false;
	return Number.isFinite(value) && normalised(source) === normalised(String(value));
}

/** Significant digits and the power of ten of the last of them. */
function normalised(number: string): string {
	const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
	const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
	const digits = (whole + fraction).replace(/^0+/, '');
	const significant = digits.replace(/0+$/, '');
	if (significant === '') return '0';
	return `${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** A JSON text without white space between its tokens, all digits kept. Undefined where it is not JSON, or nested deeper than 250 levels. */
export function compactJson(text: string): string | undefined {
	if (isTooDeep(text)) return undefined;
	try {
		const value: unknown = JSON.parse(text);
		if (typeof value === 'string' || !/[\t\n\r ]/.test(text)) return text.trim();
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	}
	let compact = '';
	let from = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) at = closingQuote(text, at);
		else if (code <= 32) {
			compact += text.slice(from, at);
			from = at + 1;
		}
	}
	return compact + text.slice(from);
}

const QUOTE = 34;
const BACKSLASH = 92;

function closingQuote(text: string, opening: number): number {
	let at = opening + 1;
	while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
	return at;
}
