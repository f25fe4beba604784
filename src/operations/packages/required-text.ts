/** Characters that stand as they are in JSON and in ASCII, so that a stored definition holds them as the pattern does. */
const PLAIN = /^[ !#-[\]-~]$/;
const TRIGRAM = 3;
/** More say nothing more. */
const MOST_TRIGRAMS = 24;

/**
 * Trigrams that every text must hold which the regular expression matches; none where nothing can be said for sure. It reads only
 * what stands in the pattern unconditionally and unchanged: an alternative at the outside, a group, a class or a repetition ends a
 * run of letters rather than being understood.
 */
export function requiredTrigrams(pattern: string): string[] {
	const runs = requiredRuns(pattern);
	const all = runs.flatMap((run) => Array.from({ length: Math.max(0, run.length - TRIGRAM + 1) }, (_, i) => run.slice(i, i + TRIGRAM).toLowerCase()));
	return [...new Set(all)].slice(0, MOST_TRIGRAMS);
}

function requiredRuns(pattern: string): string[] {
	const runs: string[] = [];
	let run = '';
	const end = () => {
		if (run.length >= TRIGRAM) runs.push(run);
		run = '';
	};
	let at = 0;
	while (at < pattern.length) {
		const char = pattern[at] as string;
		if (char === '|') return [];
		if (char === '(' || char === '[') {
			end();
			const close = char === '(' ? groupEnd(pattern, at) : classEnd(pattern, at);
			if (close === -1) return [];
			at = close + 1;
			continue;
		}
		if ('*?{'.includes(char)) {
			// What it repeats may be missing. A brace that is no repetition only costs its run.
			run = run.slice(0, -1);
			end();
			at = char === '{' ? braceEnd(pattern, at) : at + 1;
			continue;
		}
		if (char === '\\') {
			const next = pattern[at + 1] ?? '';
			if (next === 'Q') return [];
			if (/[^A-Za-z0-9]/.test(next) && PLAIN.test(next)) run += next;
			else {
				end();
				// \x{41}, \p{Greek}: the braces are no repetition; \x41 and \pN: what follows is no letter of the text.
				if (/[xpP0-7]/.test(next)) return runs;
			}
			at += 2;
			continue;
		}
		if (char === '+') end();
		else if ('.^$'.includes(char) || !PLAIN.test(char)) end();
		else run += char;
		at += 1;
	}
	end();
	return runs;
}

/** The parenthesis that closes the one at `open`, or -1. Flags for the rest of the pattern, such as `(?i)`, are a group of their own. */
function groupEnd(pattern: string, open: number): number {
	let depth = 0;
	for (let at = open; at < pattern.length; at++) {
		const char = pattern[at];
		if (char === '\\') at++;
		else if (char === '[') {
			at = classEnd(pattern, at);
			if (at === -1) return -1;
		} else if (char === '(') depth++;
		else if (char === ')' && --depth === 0) return at;
	}
	return -1;
}

function classEnd(pattern: string, open: number): number {
	// A bracket that comes first stands for itself.
	let at = open + 1;
	if (pattern[at] === '^') at++;
	if (pattern[at] === ']') at++;
	for (; at < pattern.length; at++) {
		if (pattern[at] === '\\') at++;
		else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
		else if (pattern[at] === ']') return at;
	}
	return -1;
}

function braceEnd(pattern: string, open: number): number {
	const close = pattern.indexOf('}', open);
	return close === -1 ? open + 1 : close + 1;
}
