import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DataType } from '../../../src/data/types.ts';
import { fillBody } from '../../../src/plan/body.ts';
import type { BoundVariable, FillUse, VariableScope } from '../../../src/plan/fill.ts';
import { fillTemplate, leavesFolder } from '../../../src/plan/fill.ts';
import { bindSql } from '../../../src/plan/sql-text.ts';
import { parseTemplate, soleVariable } from '../../../src/plan/template.ts';

function scope(values: Record<string, [DataType['kind'], BoundVariable['value'], Partial<BoundVariable>?]>): VariableScope {
	const variables = new Map(
		Object.entries(values).map(([name, [kind, value, more]]) => [name, { name, type: { kind } as DataType, value, secret: false, unset: false, ...more }]),
	);
	return { names: () => [...variables.keys()], get: (name) => variables.get(name) };
}

const usual = scope({
	since: ['datetime', '2024-01-31T23:59:59Z'],
	day: ['date', '2024-01-31'],
	name: ['string', 'orders'],
	n: ['integer', 5],
	none: ['string', null],
	later: ['string', null, { unset: true }],
	full: ['boolean', true],
});

describe('a text with variables', () => {
	test('is taken apart at $name, ${name} and $$; any other dollar is a dollar', () => {
		expect(parseTemplate('a$b${c}d$$e$1$')).toEqual([
			{ kind: 'text', text: 'a' },
			{ kind: 'variable', name: 'b' },
			{ kind: 'variable', name: 'c' },
			{ kind: 'text', text: 'd$e$1$' },
		]);
	});

	test('tells braces that hold no name', () => {
		expect(parseTemplate('${a b} ${')).toEqual([
			{ kind: 'malformed', text: '${a b}' },
			{ kind: 'text', text: ' ' },
			{ kind: 'malformed', text: '${' },
		]);
	});

	test('without a dollar is itself', () => {
		fc.assert(
			fc.property(
				fc.string().filter((text) => !text.includes('$') && text !== ''),
				(text) => {
					expect(parseTemplate(text)).toEqual([{ kind: 'text', text }]);
				},
			),
		);
	});

	test('that is one variable is known as such', () => {
		expect(['$a', '${a}', '$a ', '$$a', '$a$b'].map(soleVariable)).toEqual(['a', 'a', null, null, null]);
	});
});

describe('filling', () => {
	const fill = (template: string, use: FillUse, from = usual) => fillTemplate(template, use, from);

	test('writes values as text, a datetime in a path without colons', () => {
		expect(fill('$since $day $n $full', 'text')).toEqual({ text: '2024-01-31T23:59:59Z 2024-01-31 5 true' });
		expect(fill('in/$since/${name}_$n.csv', 'path')).toEqual({ text: 'in/20240131T235959Z/orders_5.csv' });
	});

	test('keeps null out of paths but not out of texts', () => {
		expect(fill('a$none', 'text')).toEqual({ text: 'a' });
		expect(fill('a$none', 'path')).toMatchObject({ problems: [{ message: '$none is null and cannot be part of a path' }] });
	});

	test('lets pass what gets its value later', () => {
		expect(fill('in/$later', 'path')).toEqual({ text: 'in/unset' });
	});

	test.each(['..', 'a/b', 'a\\b', '*', 'a?', '{x}', 'a\nb', '', 'a\u0000', '%2e%2e', '~', 'x'.repeat(256)])('refuses %j as part of a path', (value) => {
		expect(fill('in/$x', 'path', scope({ x: ['string', value] }))).toMatchObject({
			problems: [{ message: expect.stringContaining('cannot be part of a path') }],
		});
	});

	test('lets a variable that is the whole path hold slashes, but not lead out', () => {
		expect(fill('$x', 'path', scope({ x: ['string', 'in/2024/*.csv'] }))).toEqual({ text: 'in/2024/*.csv' });
		expect(fill('$x', 'path', scope({ x: ['string', 'in/../../other'] }))).toMatchObject({ problems: [{}] });
	});

	test.each(['a.b', 'a"b', 'a`b', 'a b', "a'b", 'a;b', ''])('refuses %j as part of a table name', (value) => {
		expect(fill('t_$x', 'identifier', scope({ x: ['string', value] }))).toMatchObject({ problems: [{}] });
	});

	test('does not show the value of a secret', () => {
		const filled = fill('in/$x', 'path', scope({ x: ['string', 'hunter/2', { secret: true }] }));
		expect(JSON.stringify(filled)).not.toContain('hunter');
	});

	test('escapes for JSON where a JSON text is filled', () => {
		expect(fill('{"a": "$x"}', 'json', scope({ x: ['string', 'say "hi"\n'] }))).toEqual({ text: '{"a": "say \\"hi\\"\\n"}' });
	});

	test('names the nearest variable, and the shorter one that was meant', () => {
		expect(fill('$ful', 'text')).toMatchObject({
			problems: [{ message: '$ful is not a variable of this package', hint: expect.stringContaining('did you mean $full?') }],
		});
		expect(fill('${day}_$day_x', 'text')).toMatchObject({ problems: [{ hint: expect.stringContaining('${day}_x') }] });
	});

	test('never gives a path that leaves its folder', () => {
		fc.assert(
			fc.property(fc.string(), fc.string(), (a, b) => {
				const filled = fillTemplate('in/$a-$b/x', 'path', scope({ a: ['string', a], b: ['string', b] }));
				if ('text' in filled) expect([leavesFolder(filled.text), filled.text.split('/').length]).toEqual([null, 3]);
			}),
		);
	});
});

test('a path is refused when it is an address, goes up or holds control characters', () => {
	const paths = ['https://x.com/a', '//x.com/a', 'a/../b', 'a\\..\\b', 'a/%2e%2E/b', 'a/.%2e', 'a\u0007', 'a..b/c', '/a'];
	expect(paths.filter((path) => leavesFolder(path) === null)).toEqual(['a..b/c', '/a']);
});

describe('the body of a request', () => {
	test('keeps the type of a variable that is a whole string of a JSON value', () => {
		expect(fillBody({ limit: '$n', list: ['$full', 'until $day'], none: '$none' }, usual)).toEqual({
			text: '{"limit":5,"list":[true,"until 2024-01-31"],"none":null}',
		});
	});

	test('is filled as it is where it is a text', () => {
		expect(fillBody('<n>$n</n>', usual)).toEqual({ text: '<n>5</n>' });
	});

	test('tells every unknown variable', () => {
		expect(fillBody({ a: '$x', b: 'y $z' }, usual)).toMatchObject({ problems: [{}, {}] });
	});
});

describe("a database's own SQL", () => {
	test('binds variables, typed, in the order of their places', () => {
		expect(bindSql("select * from t where a > $n and b >= '$since' and c = $name", usual)).toEqual({
			sql: 'select * from t where a > ? and b >= ? and c = ?',
			parameters: [
				{ type: { kind: 'integer' }, value: 5 },
				{ type: { kind: 'datetime' }, value: '2024-01-31T23:59:59Z' },
				{ type: { kind: 'string' }, value: 'orders' },
			],
		});
	});

	test('binds a quoted text that holds variables as a whole', () => {
		expect(bindSql("a like '%$name''s%' or a = 'it''s'", usual)).toEqual({
			sql: "a like ? or a = 'it''s'",
			parameters: [{ type: { kind: 'string' }, value: "%orders's%" }],
		});
	});

	test('validates variables inside quoted identifiers', () => {
		expect(bindSql('select 1 from "t_$name"', usual)).toEqual({ sql: 'select 1 from "t_orders"', parameters: [] });
		expect(bindSql('select 1 from "t_$x"', scope({ x: ['string', 'a"; drop table t; --'] }))).toMatchObject({ problems: [{}] });
	});

	test('leaves comments and doubled dollars alone', () => {
		expect(bindSql("-- $nope\n/* $nope */ select '$$5', $$1", usual)).toEqual({ sql: "-- $nope\n/* $nope */ select '$5', $1", parameters: [] });
	});

	test('refuses a bare question mark, which connectors would take for a variable', () => {
		expect(bindSql('select a ? b', usual)).toMatchObject({ problems: [{ message: 'a bare ? stands in the SQL' }] });
		expect(bindSql("select '?' -- ?", usual)).toEqual({ sql: "select '?' -- ?", parameters: [] });
	});

	test('never puts a value into the statement', () => {
		const around = fc.constantFrom("'", '"', '`', '--', '/*', '*/', ' ', '\\', 'a', '\n', "''");
		fc.assert(
			fc.property(fc.array(around), fc.array(around), (before, after) => {
				const bound = bindSql(`${before.join('')}$x${after.join('')}`, scope({ x: ['string', "'); evil(); --"] }));
				if ('sql' in bound) expect(bound.sql).not.toContain('evil');
			}),
		);
	});
});
