import { describe, expect, it } from 'vitest';
import { typeName } from '../../../src/data/type-names.ts';
import { checkExpression } from '../../../src/expression/check.ts';
import { NO_VARIABLES } from '../../../src/expression/variables.ts';
import { exprOf, faultsOf, schemaOf } from './expressions.ts';

const schema = schemaOf({
	i: 'integer',
	l: 'long',
	m: 'decimal(10,2)',
	n: 'decimal(5,4)',
	f: 'float',
	r: 'double',
	s: 'string',
	b: 'boolean',
	d: 'date',
	t: 'datetime',
	j: 'json',
	x: 'binary',
	Count: 'integer',
	'odd name': 'string',
	'source.i': 'integer',
});

describe('the type of an expression', () => {
	it.each([
		['i + i', 'integer'],
		['i + l', 'long'],
		['l * 2', 'long'],
		['i + m', 'decimal(13,2)'],
		['m + n', 'decimal(13,4)'],
		['m * n', 'decimal(15,6)'],
		['m * 1.5', 'decimal(12,3)'],
		['m % n', 'decimal(12,4)'],
		['m div n', 'decimal(12,0)'],
		['i / i', 'double'],
		['m / 2', 'decimal(14,6)'],
		['m / cast(2 as double)', 'double'],
		['i div 2', 'integer'],
		['m + r', 'double'],
		['f + f', 'float'],
		['f * 0.1', 'float'],
		['f + i', 'double'],
		['f + r', 'double'],
		['d + 1', 'date'],
		['d - d', 'integer'],
		["d + interval '1 month'", 'datetime'],
		['1', 'integer'],
		['3000000000', 'long'],
		['99999999999999999999', 'decimal(20,0)'],
		['-9223372036854775808', 'long'],
		['1.50', 'decimal(3,2)'],
		['0.05', 'decimal(2,2)'],
		['1e3', 'double'],
		["'a'", 'string'],
		['null', 'string'],
		['null + i', 'integer'],
		['coalesce(null, m, i)', 'decimal(12,2)'],
		["case when b then d else '2024-01-31' end", 'date'],
		["case when b then '2024-01-31' else t end", 'datetime'],
		['if(b, i, l)', 'long'],
		['b ? 1 : 2.5', 'decimal(2,1)'],
		['greatest(i, r)', 'double'],
		['s || i || d', 'string'],
		["j#'a'", 'json'],
		['s = s and t > d', 'boolean'],
		["'2024-01-31' < t", 'boolean'],
		['cast(s as decimal(12,4))', 'decimal(12,4)'],
		['round(m)', 'decimal(9,0)'],
		['round(m, 1)', 'decimal(10,1)'],
		['abs(f)', 'float'],
		['"odd name"', 'string'],
		['source.i', 'integer'],
		['current_date', 'date'],
		['ToDate(s)', 'datetime'],
		['TODATE(s)', 'datetime'],
		['to_date(s)', 'datetime'],
		["date_add('day', 1, d)", 'date'],
		["date_add('hour', 1, d)", 'datetime'],
	])('%s is %s', (text, type) => {
		expect(typeName(exprOf(text, schema).type)).toBe(type);
	});

	it('makes every conversion explicit, so that a backend need not guess', () => {
		expect(exprOf('i + m', schema)).toEqual({
			kind: 'call',
			type: { kind: 'decimal', precision: 13, scale: 2 },
			function: 'add',
			arguments: [
				{
					kind: 'cast',
					type: { kind: 'decimal', precision: 10, scale: 0 },
					argument: { kind: 'column', type: { kind: 'integer' }, name: 'i' },
					lenient: false,
				},
				{ kind: 'column', type: { kind: 'decimal', precision: 10, scale: 2 }, name: 'm' },
			],
		});
	});

	it('is plain JSON', () => {
		const expr = exprOf('case when l > 9007199254740993 then coalesce(m, 1.5) else try_cast(s as decimal(10,2)) end', schema);
		expect(JSON.parse(JSON.stringify(expr))).toEqual(expr);
	});
});

describe('faults', () => {
	it.each([
		["'5' + 1", 0, "'5' is a string and 1 is an integer: they cannot be added.", 'Write 5 without quotes'],
		['s + i', 0, 's is a string and i is an integer: they cannot be added.', 'To join text write ||'],
		["i = '5'", 4, "i is an integer and '5' is a string: they cannot be compared with =.", 'Write 5 without quotes'],
		['s > 5', 4, 's is a string and 5 is an integer: they cannot be compared with >.', 'Write cast(s as integer)'],
		["b = 'true'", 4, "b is a boolean and 'true' is a string: they cannot be compared with =.", 'Write true without quotes'],
		["j = 'x'", 4, "j is a json and 'x' is a string: they cannot be compared with =.", 'cast(j as string)'],
		["d > 'tomorrow'", 4, "'tomorrow' is no date.", '2024-01-31'],
		["i in (1, 'a')", 9, "i is an integer and 'a' is a string: they cannot be compared with in.", 'cast'],
		['coalesce(s, i)', 12, 's is a string and i is an integer: the arguments of COALESCE must be of one type.', 'cast(i as string)'],
		['b ? i : s', 8, 'i is an integer and s is a string: the branches must be of one type.', 'cast(s as integer)'],
		['i and b', 0, 'Each side of and must be true or false, but i is an integer.', 'i != 0'],
		['not s', 4, 'not takes true or false, but s is a string.', 'Compare it'],
		['-s', 1, '- takes a number, but s is a string.', 'cast(s as double)'],
		['t + 1', 0, 't is a datetime and 1 is an integer: they cannot be added.', "interval '3 days'"],
		['t - t', 0, 't is a datetime and t is a datetime: they cannot be subtracted.', 'SecondsBetween'],
		['b || s', 0, '|| joins text, but b is a boolean.', 'Write or'],
		['x || s', 0, 'x is a binary and s is a string: || does not take them.', 'base64'],
		['pric', 0, 'There is no column pric.', 'Columns: i, l, m'],
		['count + 1', 0, 'There is no column count.', 'Did you mean Count? Names are case-sensitive.'],
		['"bob" = s', 0, 'There is no column bob.', "single quotes: 'bob'"],
		['t.i', 0, 'There is no column t.i.', 'write i'],
		['uper(s)', 0, 'There is no function uper.', 'Did you mean upper?'],
		['sum(i)', 0, 'sum works on many rows, an expression on one.', 'aggregate component'],
		['upper(i)', 6, 'UPPER takes string as text, but i is an integer.', 'UPPER(text string) → string'],
		['upper(s, 1)', 0, 'UPPER takes 1 argument, not 2.', 'UPPER(text string) → string'],
		['replace(s)', 0, 'REPLACE takes 3 arguments, not 1.', 'REPLACE(text string, part string, by string) → string'],
		["s matches '('", 10, "'(' is no regular expression: missing closing ): `(`.", 'MATCHES'],
		["regex_extract(s, '(a)', 2)", 14, 'There is no group 2: the regular expression has 1.', 'REGEX_EXTRACT'],
		["s like 'a!' escape '!'", 0, "The pattern 'a!' ends with its escape character.", 'like'],
		[
			"date_trunc('mnth', d)",
			11,
			"'mnth' is no unit of time (did you mean month?): year, quarter, month, week, day, hour, minute, second, millisecond.",
			'DATE_TRUNC',
		],
		['extract(yeer from d)', 8, "'yeer' is no part of a date (did you mean year?)", 'DATE_PART'],
		["SwitchTimeZone(t, 'Mars')", 18, "'Mars' is no time zone", 'SwitchTimeZone'],
		["JsonExtract(j, '$.a[')", 15, "'$.a[' is no JSONPath", 'JsonExtract'],
		["sprintf('%q', s)", 8, "'%q' is no place for a value", 'SPRINTF'],
		['cast(d as integer)', 0, 'd is a date, which cannot be cast to an integer.', 'ToUnixTime'],
		['cast(i as date)', 0, 'i is an integer, which cannot be cast to a date.', 'FromUnixTime'],
		["date '2024-02-30'", 5, "'2024-02-30' is no date.", "date '2024-01-31'"],
		['1e400', 0, '1e400 is too large for a double.', '1.8e308'],
		["interval '3 days'", 0, 'An interval stands only beside + and -', 'created_at + interval'],
		["t + interval '3 fortnights'", 4, 'fortnights is no unit of time.', 'week'],
		[
			'cast(0 as decimal(20,20)) * cast(0 as decimal(20,19))',
			0,
			'a * b: the result of decimal(20,20) * decimal(20,19) would have 39 digits behind the point',
			'a * b',
		],
		['json_object(s)', 0, 'JsonObject takes at least 2 arguments, not 1.', 'JsonObject'],
		['json_object(i, s)', 0, 'JsonObject: each name must be a string.', 'JsonObject'],
	])('%s', (text, offset, message, hint) => {
		const [fault, ...others] = faultsOf(text, schema);
		expect(fault?.message).toContain(message);
		expect(fault?.offset).toBe(offset);
		expect(fault?.hint).toContain(hint);
		expect(others).toEqual([]);
	});

	it('are all told at once, in the order of the text, with line and column', () => {
		const faults = faultsOf("upper(nme) || lowr(s)\n and i + '5' > 0", schema);
		expect(faults.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
			'1:7 There is no column nme.',
			'1:15 There is no function lowr.',
			"2:6 i is an integer and '5' is a string: they cannot be added.",
		]);
	});

	it('say what the place needs where an expression gives something else', () => {
		const checked = (text: string, expect: 'boolean' | 'date' | 'long') => checkExpression(text, { schema, variables: NO_VARIABLES, expect });
		expect(checked('i', 'boolean')).toMatchObject({ faults: [{ message: 'The expression must be true or false, but i is an integer.' }] });
		expect(checked('s', 'date')).toMatchObject({ faults: [{ message: 'The expression must give a date, but gives a string.' }] });
		expect(checked("'2024-01-31'", 'date')).toMatchObject({ expr: { kind: 'literal', type: { kind: 'date' }, value: '2024-01-31' } });
		expect(checked('i', 'long')).toMatchObject({ expr: { kind: 'cast', type: { kind: 'long' } } });
	});

	it('finds a column among ten thousand without reading all of them for each expression', () => {
		const wide = Array.from({ length: 10_000 }, (_, index) => ({ name: `c${index}`, type: { kind: 'integer' as const } }));
		for (let index = 0; index < 10_000; index++) expect(checkExpression(`c${index} + 1`, { schema: wide, variables: NO_VARIABLES })).toHaveProperty('expr');
	});
});
