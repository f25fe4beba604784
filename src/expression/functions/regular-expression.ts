import { RE2JS, RE2JSException } from 're2js';
import { excerpt } from '../fault.ts';
import type { Call } from './definition.ts';

/**
 * Regular expressions are RE2's, in linear time whatever the pattern: a backtracking engine would let one row hold the Worker.
 * `.` does not match a line break unless the pattern begins with `(?s)`.
 */

/** Longest pattern taken: a compiled one needs some hundred bytes a character. */
const MAX_PATTERN = 4_000;
const MOST_KEPT = 64;
const compiled = new Map<string, RE2JS>();

/** What is wrong with a pattern, or null. */
export function patternFault(pattern: string): string | null {
	try {
		compilePattern(pattern);
		return null;
	} catch (error) {
		if (error instanceof RE2JSException) return `'${excerpt(pattern)}' is no regular expression: ${error.message.replace(/^error parsing regexp: /, '')}`;
		throw error;
	}
}

/** The compiled pattern; fails the row where a pattern that came from a column is none. */
export function patternOf(pattern: string, call: Call): RE2JS | null {
	const kept = compiled.get(pattern);
	if (kept !== undefined) return kept;
	const fault = patternFault(pattern);
	if (fault !== null) return call.fail('invalid_argument', `${fault}.`);
	return compilePattern(pattern);
}

function compilePattern(pattern: string): RE2JS {
	const kept = compiled.get(pattern);
	if (kept !== undefined) return kept;
	if (pattern.length > MAX_PATTERN) throw new RE2JSException(`it is longer than ${MAX_PATTERN} characters`);
	const made = RE2JS.compile(pattern);
	if (compiled.size >= MOST_KEPT) compiled.clear();
	compiled.set(pattern, made);
	return made;
}

/** Groups of a pattern that is one. */
export function groupCount(pattern: string): number {
	return compilePattern(pattern).groupCount();
}

/** A match: [start, end] in code units for the whole and each group, -1 where a group took no part. */
export interface Match {
	readonly start: number;
	readonly end: number;
	readonly groups: readonly (string | null)[];
}

/** Every match in order, at most `most`. */
export function findAll(regex: RE2JS, text: string, most = Number.POSITIVE_INFINITY): Match[] {
	const matcher = regex.matcher(text);
	const groups = regex.groupCount();
	const matches: Match[] = [];
	while (matches.length < most && matcher.find()) {
		const found: (string | null)[] = [];
		for (let group = 0; group <= groups; group++) found.push(matcher.group(group));
		matches.push({ start: matcher.start(), end: matcher.end(), groups: found });
	}
	return matches;
}

const REFERENCE = /\\(\d|\\)|\$(\d|\{\d{1,2}\}|\$)/g;

/** A replacement with what its `\1` and `$1` stand for filled in; `\\` and `$$` are the signs themselves. */
export function fillReplacement(replacement: string, match: Match): string {
	if (!/[\\$]/.test(replacement)) return replacement;
	return replacement.replace(REFERENCE, (_whole, backslash: string | undefined, dollar: string | undefined) => {
		const reference = (backslash ?? dollar ?? '').replace(/[{}]/g, '');
		return reference === '\\' || reference === '$' ? reference : (match.groups[Number(reference)] ?? '');
	});
}
