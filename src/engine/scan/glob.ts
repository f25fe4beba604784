import { AppError } from '../../lib/errors.ts';

/** Alternatives multiply: `{a,b}{c,d}` is four patterns. */
const MOST_PATTERNS = 1000;

/** The part of a glob before its first sign: what a listing can be asked for. */
export function globPrefix(glob: string): string {
	const sign = glob.search(/[*?{[]/);
	return sign < 0 ? glob : glob.slice(0, sign);
}

/** Whether a path fits a glob: `*` and `?` stay within a name, `**` crosses folders, `{a,b}` are alternatives, `[a-z]` one of. */
export function matchesGlob(glob: string, path: string): boolean {
	return alternatives(glob).some((pattern) => fits(pattern, path));
}

function alternatives(glob: string): string[] {
	const done: string[] = [];
	const open = [glob];
	while (open.length > 0) {
		const pattern = open.pop() as string;
		const start = pattern.indexOf('{');
		const end = pattern.indexOf('}', start);
		if (start < 0 || end < 0) done.push(pattern);
		else for (const part of pattern.slice(start + 1, end).split(',')) open.push(pattern.slice(0, start) + part + pattern.slice(end + 1));
		if (open.length + done.length > MOST_PATTERNS) {
			throw new AppError('limit', `the pattern ${glob} stands for more than ${MOST_PATTERNS} others`, { hint: 'Use * where many alternatives are listed.' });
		}
	}
	return done;
}

/** Linear but for the last `*` seen, to which it goes back: no pattern makes it exponential. */
function fits(pattern: string, path: string): boolean {
	let p = 0;
	let s = 0;
	let star = -1;
	let starred = 0;
	let crosses = false;
	while (s < path.length) {
		const token = tokenAt(pattern, p);
		if (token.kind === 'star') {
			star = p + token.length;
			starred = s;
			crosses = token.crosses;
			p = star;
		} else if (token.kind === 'one' && token.takes(path[s] as string)) {
			p += token.length;
			s++;
		} else if (star >= 0 && (crosses || path[starred] !== '/')) {
			s = ++starred;
			p = star;
		} else return false;
	}
	for (let token = tokenAt(pattern, p); token.kind === 'star'; token = tokenAt(pattern, p)) p += token.length;
	return p === pattern.length;
}

type Token =
	| { readonly kind: 'star'; readonly length: number; readonly crosses: boolean }
	| { readonly kind: 'one'; readonly length: number; takes(sign: string): boolean }
	| { readonly kind: 'end' };

function tokenAt(pattern: string, at: number): Token {
	const sign = pattern[at];
	if (sign === undefined) return { kind: 'end' };
	if (sign === '*') {
		if (pattern[at + 1] !== '*') return { kind: 'star', length: 1, crosses: false };
		// `**/` may also stand for no folder at all.
		return { kind: 'star', length: pattern[at + 2] === '/' ? 3 : 2, crosses: true };
	}
	if (sign === '?') return { kind: 'one', length: 1, takes: (given) => given !== '/' };
	const close = sign === '[' ? pattern.indexOf(']', at + 2) : -1;
	if (close < 0) return { kind: 'one', length: 1, takes: (given) => given === sign };
	const set = pattern.slice(at + 1, close);
	return { kind: 'one', length: close - at + 1, takes: (given) => given !== '/' && inSet(set, given) };
}

function inSet(set: string, sign: string): boolean {
	const negated = set.startsWith('!') || set.startsWith('^');
	const members = negated ? set.slice(1) : set;
	let found = false;
	for (let at = 0; at < members.length; at++) {
		if (members[at + 1] === '-' && at + 2 < members.length) {
			if (sign >= (members[at] as string) && sign <= (members[at + 2] as string)) found = true;
			at += 2;
		} else if (members[at] === sign) found = true;
	}
	return found !== negated;
}
