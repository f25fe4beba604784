import { EVERY, type JsonPath } from '../data/jsonpath.ts';

/**
 * JSONPath over JSON text: the values found are pieces of the text itself, so that every digit and the order of members stay, and
 * nothing that is not asked for is built. Nothing is recursive in the text's depth.
 */

/** Whether a path can find more than one value. */
export function findsMany(path: JsonPath): boolean {
	return path.includes(EVERY);
}

/** The texts of the values that a path finds in a valid JSON text, in order. */
export function findInJson(json: string, path: JsonPath): string[] {
	let spans: Span[] = [{ start: skipBlanks(json, 0), end: json.trimEnd().length }];
	for (const step of path) {
		const next: Span[] = [];
		for (const span of spans) {
			if (typeof step === 'string') pushMember(json, span, step, next);
			else if (typeof step === 'number') pushElement(json, span, step, next);
			else for (const { value } of entries(json, span.start)) next.push(value);
		}
		spans = next;
		if (spans.length === 0) break;
	}
	return spans.map(({ start, end }) => json.slice(start, end));
}

export interface Span {
	readonly start: number;
	readonly end: number;
}

/** Members of an object (with their key's span) or elements of an array (key null) that begins at an index; nothing for a scalar. */
export function* entries(json: string, start: number): Generator<{ readonly key: Span | null; readonly value: Span }> {
	const opening = json.charCodeAt(start);
	if (opening !== BRACE && opening !== BRACKET) return;
	let at = skipBlanks(json, start + 1);
	if (json.charCodeAt(at) === BRACE + 2 || json.charCodeAt(at) === BRACKET + 2) return;
	for (;;) {
		let key: Span | null = null;
		if (opening === BRACE) {
			const end = endOfText(json, at);
			key = { start: at, end };
			// Behind the colon.
			at = skipBlanks(json, skipBlanks(json, end) + 1);
		}
		const end = endOfValue(json, at);
		yield { key, value: { start: at, end } };
		at = skipBlanks(json, end);
		if (json.charCodeAt(at) !== COMMA) return;
		at = skipBlanks(json, at + 1);
	}
}

/** The text that a JSON string's span means. */
export function textOf(json: string, { start, end }: Span): string {
	const inside = json.slice(start + 1, end - 1);
	return inside.includes('\\') ? (JSON.parse(json.slice(start, end)) as string) : inside;
}

/** Of a name that is there twice, the last counts, as for JSON.parse. */
function pushMember(json: string, span: Span, name: string, into: Span[]): void {
	let found: Span | null = null;
	for (const { key, value } of entries(json, span.start)) if (key !== null && textOf(json, key) === name) found = value;
	if (found !== null) into.push(found);
}

function pushElement(json: string, span: Span, index: number, into: Span[]): void {
	if (json.charCodeAt(span.start) !== BRACKET) return;
	if (index >= 0) {
		let at = 0;
		for (const { value } of entries(json, span.start)) {
			if (at++ < index) continue;
			into.push(value);
			return;
		}
		return;
	}
	const found = [...entries(json, span.start)].at(index);
	if (found !== undefined) into.push(found.value);
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const BRACKET = 91;
const BRACE = 123;

function skipBlanks(json: string, from: number): number {
	let at = from;
	while (json.charCodeAt(at) <= 32) at++;
	return at;
}

/** Behind the closing quote of a string that begins at an index. */
function endOfText(json: string, start: number): number {
	let at = start + 1;
	for (;;) {
		const code = json.charCodeAt(at);
		if (code === QUOTE) return at + 1;
		at += code === BACKSLASH ? 2 : 1;
	}
}

function endOfValue(json: string, start: number): number {
	const first = json.charCodeAt(start);
	if (first === QUOTE) return endOfText(json, start);
	let at = start;
	if (first === BRACE || first === BRACKET) {
		let depth = 0;
		do {
			const code = json.charCodeAt(at);
			if (code === QUOTE) {
				at = endOfText(json, at);
				continue;
			}
			if (code === BRACE || code === BRACKET) depth++;
			// Closing signs are two behind their opening ones in ASCII.
			else if (code === BRACE + 2 || code === BRACKET + 2) depth--;
			at++;
		} while (depth > 0);
		return at;
	}
	while (at < json.length) {
		const code = json.charCodeAt(at);
		if (code === COMMA || code === BRACE + 2 || code === BRACKET + 2 || code <= 32) break;
		at++;
	}
	return at;
}
