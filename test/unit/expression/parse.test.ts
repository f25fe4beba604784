import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/expression/parse.ts';
import type { Ast } from '../../../src/expression/syntax/ast.ts';

/** The tree as text, every call in parentheses. */
function shown(ast: Ast): string {
	switch (ast.kind) {
		case 'number':
			return ast.text;
		case 'text':
			return `'${ast.inside}'`;
		case 'constant':
			return String(ast.value);
		case 'column':
			return ast.name;
		case 'variable':
			return `$${ast.name}`;
		case 'temporal':
			return `${ast.type} ${shown(ast.text)}`;
		case 'interval':
			return `interval ${ast.amount} ${ast.unit}`;
		case 'call':
			return `${ast.name}(${ast.arguments.map(shown).join(', ')})`;
		case 'logical':
			return `${ast.operator}(${ast.arguments.map(shown).join(', ')})`;
		case 'cast':
			return `${ast.lenient ? 'try_' : ''}cast(${shown(ast.argument)} as ${ast.type.kind})`;
		case 'case': {
			const branches = ast.branches.map(({ when, then }) => `${shown(when)}: ${shown(then)}`);
			return `case(${[ast.operand === null ? '' : `${shown(ast.operand)}; `, branches.join(', '), ast.otherwise === null ? '' : `, else: ${shown(ast.otherwise)}`].join('')})`;
		}
	}
}

function parsed(text: string): string {
	const result = parseExpression(text);
	return 'ast' in result ? shown(result.ast) : `fault at ${result.faults[0]?.line}:${result.faults[0]?.column}: ${result.faults[0]?.message}`;
}

describe('the grammar', () => {
	it.each([
		['a + b * c - d', 'subtract(add(a, multiply(b, c)), d)'],
		['a or b and not c = d', 'or(a, and(b, not(eq(c, d))))'],
		['a || b + 1', 'concat(a, add(b, 1))'],
		['a / b % c div d', 'div(mod(divide(a, b), c), d)'],
		['-a * b', 'multiply(negate(a), b)'],
		['- 5 - -5', 'subtract(negate(5), -5)'],
		['(a + b) * c', 'multiply(add(a, b), c)'],
		['a = b is null', 'is_null(eq(a, b))'],
		['x not between 1 and 2 and y', 'and(not(between(x, 1, 2)), y)'],
		["x not in (1, 2) or x not like 'a%'", "or(not(in(x, 1, 2)), not(like(x, 'a%')))"],
		["x like '10!%' escape '!'", "like(x, '10!%', '!')"],
		['x is not distinct from y', 'not(is_distinct(x, y))'],
		['x is not true', 'is_distinct(x, true)'],
		['case x when 1 then 2 else 3 end', 'case(x; 1: 2, else: 3)'],
		['case when a then b when c then d end', 'case(a: b, c: d)'],
		['source.x > target."odd name"', 'gt(source.x, target.odd name)'],
		['extract(year from d)', "date_part('year', d)"],
		["date '2024-01-31' + 1", "add(date '2024-01-31', 1)"],
		["t - interval '3 days'", 'subtract(t, interval 3 days)'],
		['t - interval 3 day', 'subtract(t, interval 3 day)'],
		['cast(x as decimal(12, 2))', 'cast(x as decimal)'],
		['try_cast(x as date)', 'try_cast(x as date)'],
		['$a + ${b}', 'add($a, $b)'],
		["\"end\" = 'it''s'", "eq(end, 'it''s')"],
		['TRUE And Null', 'and(true, null)'],
		['größe', 'größe'],
		['.5 + 1. + 2e-3', 'add(add(.5, 1.), 2e-3)'],
	])('reads %s', (text, tree) => {
		expect(parsed(text)).toBe(tree);
	});

	it.each([
		['a == b && !c', 'and(eq(a, b), not(c))'],
		['a ? b : c ? d : e', 'case(a: b, c: d, else: e)'],
		['(float)x / y', 'divide(cast(x as float), y)'],
		['(chararray)x', 'cast(x as string)'],
		['(decimal(10,2))x', 'cast(x as decimal)'],
		['x::bigint + 1', 'add(cast(x as long), 1)'],
		["m#'key'#'inner'", "json_member(json_member(m, 'key'), 'inner')"],
		["x matches '.*a.*'", "matches(x, '.*a.*')"],
	])('reads the spellings users bring: %s', (text, tree) => {
		expect(parsed(text)).toBe(tree);
	});

	it('takes (date) before a sign for a column, since dates are subtracted from more often than cast', () => {
		expect(parsed('(date) - 1')).toBe('subtract(date, 1)');
	});
});

describe('what is refused', () => {
	it.each([
		['a; drop table x', '1:2: A ; is not allowed'],
		['a -- b', '1:3: Comments are not allowed'],
		['a /* b */', '1:3: Comments are not allowed'],
		['(select 1)', '1:2: Subqueries are not allowed'],
		['select a from b', '1:1: Subqueries are not allowed'],
		['exists (select 1)', '1:1: Subqueries are not allowed'],
		['x in (select 1)', '1:7: Subqueries are not allowed'],
		['a < b < c', '1:7: Comparisons do not chain'],
		["'open", '1:1: The text that begins here has no closing'],
		['a +', '1:4: Expected a value, but the expression ends'],
		['(a', '1:3: Expected ), but the expression ends'],
		['a)', '1:2: Expected an operator or the end'],
		['price as p', '1:7: Expected an operator or the end'],
		['count(*)', '1:1: count(*) is an aggregate'],
		['sum(a) over (order by b)', '1:8: Expected an operator or the end, but found over'],
		['cast(a as strin)', '1:11: There is no type strin'],
		['cast(a as decimal)', '1:18: Expected ('],
		['cast(a as varchar(20))', '1:18: Expected the end of the type'],
		['12abc', '1:1: 12abc is neither a number nor a name'],
		['$$', '1:1: $$ stands for a dollar only inside text'],
		['a\n+ `b`', '2:3: ` is not allowed here'],
		['“a”', '1:1: “ is not allowed here'],
		['a\u0000', '1:2: U+0000 is not allowed here'],
		['', '1:1: The expression is empty'],
		['""', '1:1: A column name cannot be empty'],
		['end', '1:1: Expected a value, but found end'],
		['x in ()', '1:7: Expected at least one value'],
	])('refuses %j', (text, fault) => {
		expect(parsed(text)).toContain(`fault at ${fault}`);
	});
});
