import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LexicalRules, lexSql, MYSQL_RULES, POSTGRES_RULES, SQLITE_RULES } from '../../../src/connectors/sql/lexer.ts';
import { hasAtTop, ordersItself, splitStatements } from '../../../src/connectors/sql/statements.ts';

const texts = (sql: string, rules: LexicalRules) => lexSql(sql, rules).map((token) => `${token.kind} ${token.text}`);
const bare = (sql: string) => ({ sql, parameters: [] });

describe('PostgreSQL', () => {
	test('dollar quotes, escape strings, casts and nested comments are read as the server reads them', () => {
		expect(texts("select $q$a;'?$q$, E'it\\'s;', x::text /* a /* b; */ c */ , $$;$$", POSTGRES_RULES)).toEqual([
			'word select',
			"string $q$a;'?$q$",
			'punctuation ,',
			"string E'it\\'s;'",
			'punctuation ,',
			'word x',
			'punctuation :',
			'punctuation :',
			'word text',
			'punctuation ,',
			'string $$;$$',
		]);
	});

	test('a backslash in a plain string is a backslash', () => {
		expect(splitStatements(bare("select 'a\\'; select 2"), POSTGRES_RULES)).toHaveLength(2);
		expect(() => splitStatements(bare("select E'a\\'; select 2"), POSTGRES_RULES)).toThrow('never closed');
	});
});

describe('MySQL', () => {
	test('backslashes escape, # begins a comment, double quotes hold text, back quotes names', () => {
		expect(texts('select \'a\\\';\', "b;""c", `d;``e` # comment; here\n, 1', MYSQL_RULES)).toEqual([
			'word select',
			"string 'a\\';'",
			'punctuation ,',
			'string "b;""c"',
			'punctuation ,',
			'name d;`e',
			'punctuation ,',
			'number 1',
		]);
	});
});

test('whatever the text, tokens lie in order, do not overlap, and only blanks and comments are between them', () => {
	const piece = fc.oneof(
		fc.constantFrom("'", '"', '`', '[', ']', '--', '/*', '*/', '\n', ';', '?', '$', '$$', 'E', '\\', '#', ' ', '::', 'select', '1e5', 'é'),
		fc.string(),
	);
	let lexed = 0;
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 20 }), fc.constantFrom(SQLITE_RULES, POSTGRES_RULES, MYSQL_RULES), (pieces, rules) => {
			const sql = pieces.join('');
			let tokens: ReturnType<typeof lexSql>;
			try {
				tokens = lexSql(sql, rules);
			} catch (error) {
				expect(error).toMatchObject({ code: 'invalid_input' });
				return;
			}
			lexed++;
			let at = 0;
			for (const token of tokens) {
				expect(sql.slice(at, token.start)).toMatch(/^(?:\s|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*[\s\S]*\*\/)*$/);
				expect(token.end).toBeGreaterThan(token.start);
				at = token.end;
			}
		}),
		{ numRuns: 2000 },
	);
	expect(lexed).toBeGreaterThan(500);
});

test('an ORDER BY counts where it stands outside parentheses', () => {
	const [first, second] = splitStatements(bare('select * from (select 1 order by 1) t; select 1 union select 2 order by 1 limit 3'), SQLITE_RULES);
	expect(first === undefined || ordersItself(first)).toBe(false);
	expect(second !== undefined && ordersItself(second) && hasAtTop(second, 'LIMIT')).toBe(true);
});
