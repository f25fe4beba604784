import { AppError } from '../../lib/errors.ts';

/** Alternatives multiply: `{a,b}{c,d}` is four patterns. */
const MOST_PATTERNS = 1000;

/** The part of a glob before its first sign: what a listing can be asked for. */
export function globPrefix(glob: string): string {
	const sign = glob.search(/[*?{[]/);
	return sign < 0 ? glob : glob.slice(0, sign);
}

/** Whether a path fits a glob: `*` and `?` stay within a name, `**` is any number of folders, `{a,b}` are alternatives, `[a-z]` one of. */
export function matchesGlob(glob: string, path: string): boolean {
	const names = path.split('/');
	return alternatives(glob).some((pattern) => matchesWild(pattern.split('/'), names, (part) => part === '**', fitsName));
}

function alternatives(glob: string): string[] {
	const done: string[] = [];
	const open = [glob];
	while (open.length > 0) {
		const pattern = open.pop() as string;
		// The innermost braces first, so that nested ones work.
		const end = pattern.indexOf('}');
		const start = end < 0 ? -1 : pattern.lastIndexOf('{', end);
		if (start < 0) done.push(pattern);
		else for (const part of pattern.slice(start + 1, end).split(',')) open.push(pattern.slice(0, start) + part + pattern.slice(end + 1));
		if (open.length + done.length > MOST_PATTERNS) {
			throw new AppError('limit', `the pattern ${glob} stands for more than ${MOST_PATTERNS} others`, { hint: 'Use * where many alternatives are listed.' });
		}
	}
	return done;
}

/**
 * Matches a sequence of items against pattern items of which some stand for any number. It goes back to the last of those only,
 * so that its time is bounded by the product of the lengths.
 */
function matchesWild<P, T>(pattern: readonly P[], items: readonly T[], isWild: (part: P) => boolean, fits: (part: P, item: T) => boolean): boolean {
	let p = 0;
	let i = 0;
	let wild = -1;
	let from = 0;
	while (i < items.length) {
		const part = pattern[p];
		if (part !== undefined && isWild(part)) {
			wild = p++;
			from = i;
		} else if (part !== undefined && fits(part, items[i] as T)) {
			p++;
			i++;
		} else if (wild >= 0) {
			p = wild + 1;
			i = ++from;
		} else return false;
	}
	while (p < pattern.length && isWild(pattern[p] as P)) p++;
	return p === pattern.length;
}

function fitsName(pattern: string, name: string): boolean {
	return matchesWild(signs(pattern), [...name], (sign) => sign === '*', fitsSign);
}

/** `*`, `?`, `[…]` and single characters. */
function signs(pattern: string): string[] {
	return pattern.match(/\[[^\]]+\]|[\s\S]/gu) ?? [];
}

function fitsSign(sign: string, character: string): boolean {
	if (sign === '?') return true;
	return sign.length > 2 && sign.startsWith('[') ? inSet(sign.slice(1, -1), character) : sign === character;
}

function inSet(set: string, character: string): boolean {
	const negated = set.startsWith('!') || set.startsWith('^');
	const members = [...(negated ? set.slice(1) : set)];
	let found = false;
	for (let at = 0; at < members.length; at++) {
		if (members[at + 1] === '-' && at + 2 < members.length) {
			if (character >= (members[at] as string) && character <= (members[at + 2] as string)) found = true;
			at += 2;
		} else if (members[at] === character) found = true;
	}
	return found !== negated;
}
