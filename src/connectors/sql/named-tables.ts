import { lexSql, SQLITE_RULES, type SqlToken } from './lexer.ts';

/** A table that a statement names, as it is spelled there without its quotes: `public.orders`. */
export interface NamedTable {
	readonly direction: 'read' | 'write';
	readonly name: string;
}

const AFTER_NAME = new Set(['TABLE', 'IF', 'NOT', 'EXISTS', 'ONLY', 'INTO', 'OR', 'REPLACE', 'IGNORE']);

/**
 * Tables that SQL names, by the words before them, whatever system it is meant for; its grammar is not known. Names of common table
 * expressions are none. SQL that cannot be cut into words names nothing.
 */
export function namedTables(sql: string): NamedTable[] {
	const tokens = words(sql);
	const own = new Set(tokens.flatMap((token, i) => (isWord(tokens[i + 1], 'AS') && tokens[i + 2]?.text === '(' ? [token.text.toLowerCase()] : [])));
	const found = new Map<string, NamedTable>();
	const take = (at: number, direction: NamedTable['direction']): number => {
		const { name, end } = nameAt(tokens, at);
		if (name !== null && !own.has(name.toLowerCase()) && (direction === 'write' || tokens[end]?.text !== '('))
			found.set(`${direction} ${name}`, { direction, name });
		return end;
	};
	for (let at = 0; at < tokens.length; at++) {
		if (isWord(tokens[at], 'FROM') && !insideCall(tokens, at)) {
			const deleting = isWord(tokens[at - 1], 'DELETE');
			let end = take(at + 1, deleting ? 'write' : 'read');
			for (let next = behindComma(tokens, end); !deleting && next !== -1; next = behindComma(tokens, end)) end = take(next, 'read');
		} else if (isWord(tokens[at], 'JOIN') || (isWord(tokens[at], 'USING') && !isPunctuation(tokens[at + 1]))) take(at + 1, 'read');
		else if (isWord(tokens[at], 'INTO') || (isWord(tokens[at], 'UPDATE') && startsStatement(tokens, at))) take(at + 1, 'write');
		else if (isWord(tokens[at], 'TRUNCATE') || (isWord(tokens[at], 'TABLE') && !isWord(tokens[at - 1], 'TRUNCATE'))) {
			let next = at + 1;
			while (tokens[next] !== undefined && AFTER_NAME.has(tokens[next]?.text.toUpperCase() ?? '')) next += 1;
			take(next, 'write');
		}
	}
	return [...found.values()];
}

function words(sql: string): SqlToken[] {
	try {
		return lexSql(sql, SQLITE_RULES);
	} catch {
		return [];
	}
}

/** `FOR UPDATE` and `ON CONFLICT DO UPDATE` name no table. */
function startsStatement(tokens: readonly SqlToken[], at: number): boolean {
	const before = tokens[at - 1];
	return before === undefined || before.text === ';' || before.text === ')';
}

/** `extract(year from day)` names no table. */
function insideCall(tokens: readonly SqlToken[], at: number): boolean {
	return tokens[at - 2]?.text === '(' && ['EXTRACT', 'TRIM', 'SUBSTRING', 'OVERLAY'].some((word) => isWord(tokens[at - 3], word));
}

function nameAt(tokens: readonly SqlToken[], at: number): { readonly name: string | null; readonly end: number } {
	const parts: string[] = [];
	let end = at;
	while (tokens[end]?.kind === 'word' || tokens[end]?.kind === 'name') {
		parts.push(tokens[end]?.text ?? '');
		end += 1;
		if (tokens[end]?.text !== '.') break;
		end += 1;
	}
	return { name: parts.length === 0 || isWord(tokens[at], 'SELECT') ? null : parts.join('.'), end };
}

/** In `from a x, b`: the place of `b`, or -1 where no further table follows. */
function behindComma(tokens: readonly SqlToken[], end: number): number {
	let at = end;
	if (isWord(tokens[at], 'AS')) at += 1;
	if (tokens[at]?.kind === 'word' && tokens[at + 1]?.text === ',') at += 1;
	return tokens[at]?.text === ',' ? at + 1 : -1;
}

function isWord(token: SqlToken | undefined, word: string): boolean {
	return token?.kind === 'word' && token.text.toUpperCase() === word;
}

function isPunctuation(token: SqlToken | undefined): boolean {
	return token === undefined || token.kind === 'punctuation';
}
