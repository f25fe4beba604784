import fc from 'fast-check';

/** Predicates over the columns of test/unit/expression/random-value.ts that a row cannot fail: what where clauses are made of. */
type Kind = 'string' | 'number' | 'exact' | 'date' | 'datetime' | 'boolean';

const text = fc.constantFrom('', 'a', 'A', 'ab', 'aab', 'é', 'ñandú', '😀', '～', '12', '007', 'a,b,,c', 'zz top').map((value) => `'${value}'`);
const pattern = fc.constantFrom('a%', '%a', '%a%', '%', 'a%b', '', 'é%', '%,%', '%😀', 'ñ%ú', 'a_', '%a%b%').map((value) => `'${value}'`);
const date = fc.constantFrom('1969-12-31', '1970-01-01', '2024-02-29', '2060-06-15', '1900-01-01').map((value) => `'${value}'`);
const datetime = fc.constantFrom('1970-01-01', '2024-02-29T12:00:00Z', '1969-12-31T23:59:59.999999Z', '2060-06-15T01:02:03+02:00').map((value) => `'${value}'`);
const whole = fc.constantFrom('0', '1', '-3', '7', '2147483647', '9007199254740993', '-9223372036854775808');
const fraction = fc.constantFrom('0.5', '-2.5', '1e15', '0.1', '100.25');

function form(template: string, ...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
	return fc.tuple(...parts).map((texts) => {
		let next = 0;
		return template.replace(/#/g, () => texts[next++] as string);
	});
}

export const randomPredicate: fc.Arbitrary<string> = fc.letrec<Record<Kind, string>>((tie) => {
	const [s, n, e, d, t, b] = (['string', 'number', 'exact', 'date', 'datetime', 'boolean'] as const).map((kind) => tie(kind)) as [
		fc.Arbitrary<string>,
		fc.Arbitrary<string>,
		fc.Arbitrary<string>,
		fc.Arbitrary<string>,
		fc.Arbitrary<string>,
		fc.Arbitrary<string>,
	];
	const size = { depthSize: 'small', maxDepth: 3 } as const;
	const comparison = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
	const about = (value: fc.Arbitrary<string>, literal: fc.Arbitrary<string>) => [
		form('# # #', value, comparison, value),
		form('# # #', value, comparison, literal),
		form('# between # and #', value, literal, literal),
		form('# not in (#, #, #)', value, literal, literal, literal),
		form('# in (#, #)', value, literal, fc.constant('null')),
		form('# is distinct from #', value, literal),
		form('# is not null', value),
		form('coalesce(#, #) = #', value, literal, literal),
		form('nullif(#, #) is null', value, literal),
	];
	return {
		string: fc.oneof(size, fc.constantFrom('s1', 's2'), form('case when # then # else # end', b, s, s), form('cast(# as string)', fc.constantFrom('i1', 'l1'))),
		number: fc.oneof(size, fc.constantFrom('i1', 'i2', 'l1', 'l2', 'r1', 'r2', 'cast(i1 as double)'), form('(# ? # : #)', b, n, n)),
		exact: fc.oneof(size, fc.constantFrom('m1', 'i1 % 7', 'l1 % 3', 'm1')),
		date: fc.oneof(size, fc.constantFrom('d1', 'd2'), form('coalesce(#, #)', d, d)),
		datetime: fc.oneof(size, fc.constantFrom('t1', 't2', 'cast(d1 as datetime)')),
		boolean: fc
			.oneof(
				size,
				fc.constantFrom('b1', 'b2'),
				...about(s, text),
				...about(n, fc.oneof(whole, fraction)),
				...about(e, fc.oneof(whole, fraction)),
				...about(d, date),
				...about(t, datetime),
				form('# like #', s, pattern),
				form('# not like #', s, pattern),
				form('contains(#, #)', s, fc.oneof(text, s)),
				form('startswith(#, #)', s, text),
				form('endswith(#, #)', s, text),
				form('GetYear(#) > 1990 and GetMonth(#) < 7', d, d),
				form('not #', b),
				form('# and #', b, b),
				form('# or #', b, b),
				form('# is true', b),
			)
			.map((value) => `(${value})`),
	};
}).boolean;
