import { AppError } from '../../lib/errors.ts';

/** How a system's SQL differs where text, names and comments begin and end. */
export interface LexicalRules {
	/** `'it\'s'` (MySQL, ClickHouse). */
	readonly backslashEscapes: boolean;
	/** `$tag$ … $tag$` and `E'…'` (PostgreSQL). */
	readonly dollarQuotes: boolean;
	/** A `/*` inside a comment opens another one (PostgreSQL). */
	readonly nestedComments: boolean;
	/** `# comment` (MySQL). */
	readonly hashComments: boolean;
	/** `[name]` (SQLite; elsewhere a bracket is an array's). */
	readonly bracketNames: boolean;
	/** `"…"` is a text, not a name (MySQL without ANSI_QUOTES). */
	readonly doubleQuotedText: boolean;
}

export const SQLITE_RULES: LexicalRules = {
	backslashEscapes: false,
	dollarQuotes: false,
	nestedComments: false,
	hashComments: false,
	bracketNames: true,
	doubleQuotedText: false,
};

export const POSTGRES_RULES: LexicalRules = { ...SQLITE_RULES, dollarQuotes: true, nestedComments: true, bracketNames: false };

export const MYSQL_RULES: LexicalRules = { ...SQLITE_RULES, backslashEscapes: true, hashComments: true, doubleQuotedText: true, bracketNames: false };

export const CLICKHOUSE_RULES: LexicalRules = { ...SQLITE_RULES, backslashEscapes: true, bracketNames: false };

/** `name`: a quoted identifier; `text`: what stands inside the quotes, escapes undone for names only. */
export interface SqlToken {
	readonly kind: 'word' | 'name' | 'string' | 'number' | 'parameter' | 'punctuation';
	readonly text: string;
	readonly start: number;
	readonly end: number;
}

/**
 * Cuts SQL into tokens; comments and blanks are left out. It finds where texts, names and comments end, so that `;`, `?` and
 * words are only seen where the database sees them; it does not know the grammar. An unclosed text or comment is `invalid_input`.
 */
export function lexSql(sql: string, rules: LexicalRules): SqlToken[] {
	if (sql.includes('\u0000')) throw new AppError('invalid_input', 'The SQL has a NUL character.', { hint: 'Remove it, or bind the value as a $variable.' });
	const tokens: SqlToken[] = [];
	let at = 0;
	const push = (kind: SqlToken['kind'], end: number, text = sql.slice(at, end)) => {
		tokens.push({ kind, text, start: at, end });
		at = end;
	};
	while (at < sql.length) {
		const char = sql[at] as string;
		if (/\s/.test(char)) at++;
		else if (sql.startsWith('--', at) || (rules.hashComments && char === '#')) at = endOfLine(sql, at);
		else if (sql.startsWith('/*', at)) at = endOfComment(sql, at, rules);
		else if (char === "'") push('string', endOfQuoted(sql, at, "'", rules.backslashEscapes));
		else if (char === '"') {
			const end = endOfQuoted(sql, at, '"', rules.backslashEscapes && rules.doubleQuotedText);
			if (rules.doubleQuotedText) push('string', end);
			else push('name', end, sql.slice(at + 1, end - 1).replaceAll('""', '"'));
		} else if (char === '`') {
			const end = endOfQuoted(sql, at, '`', false);
			push('name', end, sql.slice(at + 1, end - 1).replaceAll('``', '`'));
		} else if (char === '[' && rules.bracketNames) {
			const end = sql.indexOf(']', at);
			if (end < 0) throw unclosed('[', at);
			push('name', end + 1, sql.slice(at + 1, end));
		} else if (rules.dollarQuotes && char === '$' && dollarTag(sql, at) !== null) push('string', endOfDollarQuoted(sql, at, dollarTag(sql, at) as string));
		else if (rules.dollarQuotes && /^[eE]'/.test(sql.slice(at, at + 2))) push('string', endOfQuoted(sql, at + 1, "'", true));
		else if (/[0-9]/.test(char)) push('number', matchEnd(sql, at, /[0-9A-Za-z_.]*/y));
		else if (/[\p{L}_\u0080-\uffff]/u.test(char)) push('word', matchEnd(sql, at, /[\p{L}\p{N}_$\u0080-\uffff]*/uy));
		else if (char === '?' || /^[:@$#][\p{L}_0-9]/u.test(sql.slice(at, at + 2))) {
			// PostgreSQL's `::type` is a cast, not a parameter.
			if (char === ':' && sql[at - 1] === ':') push('punctuation', at + 1);
			else push('parameter', matchEnd(sql, at + 1, /[\p{L}\p{N}_]*/uy));
		} else push('punctuation', at + 1);
	}
	return tokens;
}

function matchEnd(sql: string, from: number, pattern: RegExp): number {
	pattern.lastIndex = from;
	pattern.exec(sql);
	return Math.max(pattern.lastIndex, from);
}

function endOfLine(sql: string, from: number): number {
	const end = sql.indexOf('\n', from);
	return end < 0 ? sql.length : end + 1;
}

function endOfComment(sql: string, from: number, rules: LexicalRules): number {
	let depth = 0;
	for (let i = from; i < sql.length; ) {
		if (sql.startsWith('*/', i)) {
			depth--;
			i += 2;
			if (depth === 0) return i;
		} else if (sql.startsWith('/*', i)) {
			if (depth === 0 || rules.nestedComments) depth++;
			i += 2;
		} else i++;
	}
	throw unclosed('/*', from);
}

function endOfQuoted(sql: string, from: number, quote: string, backslash: boolean): number {
	for (let i = from + 1; i < sql.length; i++) {
		if (backslash && sql[i] === '\\') i++;
		else if (sql[i] === quote) {
			if (sql[i + 1] !== quote) return i + 1;
			i++;
		}
	}
	throw unclosed(quote, from);
}

function dollarTag(sql: string, from: number): string | null {
	return /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(sql.slice(from, from + 64))?.[0] ?? null;
}

function endOfDollarQuoted(sql: string, from: number, tag: string): number {
	const end = sql.indexOf(tag, from + tag.length);
	if (end < 0) throw unclosed(tag, from);
	return end + tag.length;
}

function unclosed(what: string, at: number): AppError {
	return new AppError('invalid_input', `The SQL has a ${what} at position ${at + 1} that is never closed.`, {
		hint: 'Close it; inside a text a quote is doubled.',
	});
}
