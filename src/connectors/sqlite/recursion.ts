import { AppError } from '../../lib/errors.ts';
import type { QueryParameter } from '../../plan/endpoints.ts';
import type { SqlToken } from '../sql/lexer.ts';
import type { OneStatement } from '../sql/statements.ts';

/** Rows that a recursive table may have: about ten seconds of SQLite. */
export const MOST_RECURSIONS = 10_000_000;

/**
 * A statement cannot be interrupted once SQLite works on it, and one that never ends would hold the account's database. The one way
 * to write such a statement without data is a recursive table, which SQLite itself ends at a LIMIT: it must have one. The rule is
 * read off the words, so a table that only looks recursive is refused too; one that is never looks otherwise.
 */
export function refuseEndlessRecursion({ tokens, parameters }: OneStatement): void {
	for (const { name, body } of commonTables(tokens)) {
		if (!body.some((token, at) => at > 0 && namesIt(token, name) && reads(body[at - 1] as SqlToken))) continue;
		const limit = limitOf(body, tokens, parameters);
		if (limit !== null && limit <= MOST_RECURSIONS) continue;
		const found = limit === null ? 'has no LIMIT' : `may have ${limit} rows`;
		throw new AppError('invalid_input', `The recursive table ${name} ${found}: the database could not be stopped if it went on without end.`, {
			hint: `Write LIMIT with a number of rows it never reaches, at most ${MOST_RECURSIONS}, at the end inside its parentheses: WITH RECURSIVE ${name} AS (… UNION ALL … LIMIT 100000).`,
		});
	}
}

interface CommonTable {
	readonly name: string;
	readonly body: readonly SqlToken[];
}

/** `name [(columns)] AS [[NOT] MATERIALIZED] ( … )`, wherever it stands. */
function* commonTables(tokens: readonly SqlToken[]): Generator<CommonTable> {
	for (let at = 1; at < tokens.length; at++) {
		if (!isWord(tokens[at], 'AS')) continue;
		let open = at + 1;
		while (isWord(tokens[open], 'NOT') || isWord(tokens[open], 'MATERIALIZED')) open++;
		const first = tokens[open + 1];
		if (!isSign(tokens[open], '(') || !(isWord(first, 'SELECT') || isWord(first, 'VALUES') || isWord(first, 'WITH'))) continue;
		const before = isSign(tokens[at - 1], ')') ? opening(tokens, at - 1) - 1 : at - 1;
		const name = tokens[before];
		if (name === undefined || (name.kind !== 'word' && name.kind !== 'name' && name.kind !== 'string')) continue;
		const text = name.kind === 'string' ? name.text.slice(1, -1).replaceAll("''", "'") : name.text;
		yield { name: text, body: tokens.slice(open + 1, closing(tokens, open)) };
	}
}

/** SQLite takes a text for a name too. */
function namesIt(token: SqlToken, name: string): boolean {
	const text = token.kind === 'string' ? token.text.slice(1, -1).replaceAll("''", "'") : token.text;
	return (token.kind === 'word' || token.kind === 'name' || token.kind === 'string') && text.toLowerCase() === name.toLowerCase();
}

/** Where a table may be named: behind FROM, JOIN, IN, a comma, or an opening parenthesis of joined tables. */
function reads(before: SqlToken): boolean {
	return ['FROM', 'JOIN', 'IN'].some((word) => isWord(before, word)) || isSign(before, ',') || isSign(before, '(');
}

/** The LIMIT of the whole body, not one inside its parentheses; null where there is none that can be read. */
function limitOf(body: readonly SqlToken[], tokens: readonly SqlToken[], parameters: readonly QueryParameter[]): number | null {
	let depth = 0;
	for (const [at, token] of body.entries()) {
		if (isSign(token, '(')) depth++;
		if (isSign(token, ')')) depth--;
		if (depth !== 0 || !isWord(token, 'LIMIT')) continue;
		const value = body[at + 1];
		const behind = body[at + 2];
		if (value === undefined || !(behind === undefined || isWord(behind, 'OFFSET'))) return null;
		if (value.kind === 'number') return /^\d+$/.test(value.text) ? Number(value.text) : null;
		if (value.kind !== 'parameter') return null;
		const bound = parameters[tokens.filter((each) => each.kind === 'parameter').indexOf(value)];
		const rows = Number(bound?.value ?? Number.NaN);
		return (bound?.type.kind === 'integer' || bound?.type.kind === 'long') && rows >= 0 ? rows : null;
	}
	return null;
}

function closing(tokens: readonly SqlToken[], open: number): number {
	let depth = 0;
	for (let at = open; at < tokens.length; at++) {
		if (isSign(tokens[at], '(')) depth++;
		if (isSign(tokens[at], ')') && --depth === 0) return at;
	}
	return tokens.length;
}

function opening(tokens: readonly SqlToken[], close: number): number {
	let depth = 0;
	for (let at = close; at >= 0; at--) {
		if (isSign(tokens[at], ')')) depth++;
		if (isSign(tokens[at], '(') && --depth === 0) return at;
	}
	return 0;
}

function isWord(token: SqlToken | undefined, word: string): boolean {
	return token?.kind === 'word' && token.text.toUpperCase() === word;
}

function isSign(token: SqlToken | undefined, sign: string): boolean {
	return token?.kind === 'punctuation' && token.text === sign;
}
