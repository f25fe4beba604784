import { MAX_TEXT_LENGTH } from '../limits.ts';
import type { Call } from './definition.ts';

/** Positions and lengths count code points; JavaScript's count code units. Most text has no surrogates, and then they agree. */

const SURROGATE = /[\ud800-\udbff]/;

export function isPlain(text: string): boolean {
	return !SURROGATE.test(text);
}

export function codePointLength(text: string): number {
	if (isPlain(text)) return text.length;
	let count = text.length;
	for (let at = 0; at < text.length - 1; at++) if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) count--;
	return count;
}

/** The code unit index of the code point at a 0-based position; the text's length where it has not so many. */
export function unitIndex(text: string, position: number): number {
	if (position <= 0) return 0;
	if (isPlain(text)) return Math.min(position, text.length);
	let at = 0;
	for (let left = position; left > 0 && at < text.length; left--) at += isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
	return at;
}

/** The 0-based position of the code point at a code unit index. */
export function positionOf(text: string, index: number): number {
	return codePointLength(text.slice(0, index));
}

/** Code points `from` (included) to `to` (excluded), 0-based. */
export function codePointSlice(text: string, from: number, to: number): string {
	if (to <= from) return '';
	if (isPlain(text)) return text.slice(Math.max(0, from), Math.max(0, to));
	const start = unitIndex(text, from);
	return text.slice(start, unitIndex(text, to));
}

function isHigh(unit: number): boolean {
	return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
	return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Fails the row before a text is made that would not fit; returns whether it may be made. */
export function mayMake(length: number, call: Call): boolean {
	if (length <= MAX_TEXT_LENGTH) {
		// Short texts are within what their input may be; only growth is counted against the batch.
		if (length > 1024) call.reserve(length);
		return true;
	}
	call.fail('invalid_argument', `The result would have ${length} characters; at most ${MAX_TEXT_LENGTH} are made.`);
	return false;
}
