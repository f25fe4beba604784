import { AppError } from '../../lib/errors.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import { type LexicalRules, lexSql, type SqlToken } from './lexer.ts';

/** One statement of a text, with the parameters that belong to it. Token positions are those of `sql`. */
export interface OneStatement {
	readonly sql: string;
	readonly tokens: readonly SqlToken[];
	readonly parameters: readonly QueryParameter[];
	/** What it does, in upper case: `SELECT`, `INSERT`, `CREATE` … Behind a `WITH` the verb that follows the common table expressions. */
	readonly verb: string;
}

/**
 * Cuts a text at its semicolons (not those inside texts, comments and trigger bodies) and deals out the bound parameters in
 * order. Parameters that are not plain `?`, or whose number is not that of the values, are `invalid_input`.
 */
export function splitStatements(bound: BoundSql, rules: LexicalRules): OneStatement[] {
	const statements: OneStatement[] = [];
	let next = 0;
	for (const tokens of cut(lexSql(bound.sql, rules))) {
		const first = tokens[0] as SqlToken;
		const last = tokens.at(-1) as SqlToken;
		const placeholders = tokens.filter((token) => token.kind === 'parameter');
		const named = placeholders.find((token) => token.text !== '?');
		if (named !== undefined) {
			throw new AppError('invalid_input', `The SQL has the parameter ${named.text}, which nothing binds.`, {
				hint: 'Write $name for a package variable; it is bound as a typed value.',
			});
		}
		statements.push({
			sql: bound.sql.slice(first.start, last.end),
			tokens: tokens.map((token) => ({ ...token, start: token.start - first.start, end: token.end - first.start })),
			parameters: bound.parameters.slice(next, next + placeholders.length),
			verb: verbOf(tokens),
		});
		next += placeholders.length;
	}
	if (next !== bound.parameters.length) {
		throw new AppError('invalid_input', `The SQL has ${next} parameters and ${bound.parameters.length} values.`, {
			hint: 'A plain ? is a parameter; inside a text write it in quotes.',
		});
	}
	return statements;
}

/** The one statement of a text; none or several are `invalid_input`. */
export function oneStatement(bound: BoundSql, rules: LexicalRules): OneStatement {
	const statements = splitStatements(bound, rules);
	const statement = statements[0];
	if (statement !== undefined && statements.length === 1) return statement;
	throw new AppError('invalid_input', statements.length === 0 ? 'The SQL is empty.' : `The SQL has ${statements.length} statements; one is expected here.`, {
		hint: 'Give one statement. Several can stand in pre_sql, post_sql and execute_sql_component.',
	});
}

/** Rewrites each `?`, from the first to the last. */
export function replaceParameters(statement: OneStatement, spell: (parameter: QueryParameter, index: number) => string): string {
	let sql = '';
	let at = 0;
	let index = 0;
	for (const token of statement.tokens) {
		if (token.kind !== 'parameter') continue;
		sql += statement.sql.slice(at, token.start) + spell(statement.parameters[index] as QueryParameter, index);
		at = token.end;
		index++;
	}
	return sql + statement.sql.slice(at);
}

function cut(tokens: readonly SqlToken[]): SqlToken[][] {
	const statements: SqlToken[][] = [];
	let current: SqlToken[] = [];
	let bodyDepth = 0;
	for (const token of tokens) {
		const word = token.kind === 'word' ? token.text.toUpperCase() : '';
		if (isTrigger(current)) {
			if (word === 'CASE' || (word === 'BEGIN' && bodyDepth === 0)) bodyDepth++;
			else if (word === 'END') bodyDepth--;
		}
		if (token.text === ';' && token.kind === 'punctuation' && bodyDepth <= 0) {
			if (current.length > 0) statements.push(current);
			current = [];
			bodyDepth = 0;
		} else current.push(token);
	}
	if (current.length > 0) statements.push(current);
	return statements;
}

function isTrigger(tokens: readonly SqlToken[]): boolean {
	const words = tokens.slice(0, 3).map((token) => token.text.toUpperCase());
	return words[0] === 'CREATE' && (words[1] === 'TRIGGER' || words[2] === 'TRIGGER');
}

const MAIN_VERBS: ReadonlySet<string> = new Set(['SELECT', 'VALUES', 'INSERT', 'UPDATE', 'DELETE', 'REPLACE', 'MERGE']);

function verbOf(tokens: readonly SqlToken[]): string {
	const words = tokens.filter((token) => token.kind === 'word' || token.text === '(' || token.text === ')');
	const first = words.find((token) => token.kind === 'word')?.text.toUpperCase() ?? '';
	if (first !== 'WITH') return first;
	let depth = 0;
	for (const token of words) {
		if (token.text === '(') depth++;
		else if (token.text === ')') depth--;
		else if (depth === 0 && MAIN_VERBS.has(token.text.toUpperCase())) return token.text.toUpperCase();
	}
	return first;
}

/** The query has an ORDER BY of its own, not only inside parentheses. */
export function ordersItself(statement: OneStatement): boolean {
	return hasAtTop(statement, 'ORDER') && hasAtTop(statement, 'BY');
}

/** The word stands in the statement outside all parentheses. */
export function hasAtTop(statement: OneStatement, word: string): boolean {
	let depth = 0;
	return statement.tokens.some((token) => {
		if (token.text === '(' && token.kind === 'punctuation') depth++;
		if (token.text === ')' && token.kind === 'punctuation') depth--;
		return depth === 0 && token.kind === 'word' && token.text.toUpperCase() === word;
	});
}

const TRANSACTION_VERBS: ReadonlySet<string> = new Set(['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'PREPARE', 'SAVEPOINT', 'RELEASE']);

/** Statements of a component run in one transaction that is the connector's to end. */
export function refuseTransactions(statements: readonly OneStatement[]): void {
	const found = statements.find(({ verb }) => TRANSACTION_VERBS.has(verb));
	if (found === undefined) return;
	throw new AppError('invalid_input', `The SQL has ${found.verb}; transactions are not begun or ended by hand here.`, {
		hint: 'All statements of one component run in one transaction already: leave it out.',
	});
}
