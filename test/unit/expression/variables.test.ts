import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../../src/expression/check.ts';
import { platformEnvironment } from '../../../src/expression/evaluation/environment.ts';
import { evaluateConstant, evaluateLiteral } from '../../../src/expression/fold.ts';
import { type TypedLiteral, variablesOf } from '../../../src/expression/variables.ts';
import { exprOf, faultsOf, schemaOf } from './expressions.ts';

const schema = schemaOf({ updated_at: 'datetime', name: 'string', id: 'integer', day: 'date' });
const literal = (kind: 'datetime' | 'string' | 'integer' | 'boolean' | 'long', value: TypedLiteral['value']): TypedLiteral => ({ type: { kind }, value });
const variables = variablesOf({
	since: literal('datetime', '2024-01-31T10:00:00+02:00'),
	region: literal('string', "O'Brien; drop table x"),
	number: literal('integer', 5),
	big: literal('long', '9007199254740993'),
	nothing: literal('datetime', null),
	dated: literal('string', '2024-05-05'),
});

/** The literal an expression folds to. */
function value(text: string): TypedLiteral['value'] {
	const expr = exprOf(text, schema, variables);
	if (expr.kind !== 'literal') throw new Error(`${text} is no literal`);
	return expr.value;
}

describe('variables', () => {
	it.each(['updated_at >= $since', 'updated_at >= ${since}', "updated_at >= '$since'", "updated_at >= '${since}'"])('are typed values: %s', (text) => {
		expect(exprOf(text, schema, variables)).toMatchObject({
			function: 'ge',
			arguments: [{ kind: 'column' }, { kind: 'literal', type: { kind: 'datetime' }, value: '2024-01-31T10:00:00+02:00' }],
		});
	});

	it.each([
		["'from $since on'", 'from 2024-01-31T10:00:00+02:00 on'],
		["'$number$number'", '55'],
		["'${number}th'", '5th'],
		["'$big'", '9007199254740993'],
		["'it''s $number'", "it's 5"],
		["'$region'", "O'Brien; drop table x"],
		["'US$$'", 'US$'],
		["'$$number'", '$number'],
		["'costs $5'", 'costs $5'],
		["'a $nothing b'", null],
		["'$nothing'", null],
	])('%s is %s', (text, result) => {
		expect(value(text)).toBe(result);
	});

	it('in quotes are text where text is wanted', () => {
		expect(exprOf("name = '$number'", schema, variables)).toMatchObject({ arguments: [{}, { type: { kind: 'string' }, value: '5' }] });
		expect(exprOf("id = '$number'", schema, variables)).toMatchObject({ arguments: [{}, { type: { kind: 'integer' }, value: 5 }] });
		expect(value("upper('$since')")).toBe('2024-01-31T10:00:00+02:00');
	});

	it('of text that is a date are dates beside one', () => {
		expect(exprOf('day > $dated', schema, variables)).toMatchObject({ arguments: [{}, { type: { kind: 'date' }, value: '2024-05-05' }] });
	});

	it('are never code: what they hold is one value', () => {
		expect(exprOf('name = $region', schema, variables)).toMatchObject({ function: 'eq', arguments: [{}, { kind: 'literal', value: "O'Brien; drop table x" }] });
	});

	it('that are unknown are a fault at their place, naming the nearest', () => {
		expect(
			faultsOf("name = 'x $sinc' or id = $numbr", schema, variables).map(({ offset, length, message, hint }) => [offset, length, message, hint.split('?')[0]]),
		).toEqual([
			[10, 5, 'There is no variable $sinc.', 'Did you mean $since'],
			[25, 6, 'There is no variable $numbr.', 'Did you mean $number'],
		]);
	});

	it('do not show what they hold in a fault: it may be a secret', () => {
		const faults = ["SwitchTimeZone(updated_at, '$region')", "updated_at > '$region'", 'cast($region as date) > 5', "name matches '($region'"].flatMap((text) =>
			faultsOf(text, schema, variables),
		);
		expect(faults.length).toBeGreaterThan(3);
		expect(JSON.stringify(faults)).not.toContain('Brien');
	});

	it('in a regular expression are only variables before a known name', () => {
		expect(exprOf("name matches '^a|b$'", schema, variables)).toMatchObject({ arguments: [{}, { value: '^a|b$' }] });
		expect(exprOf("name matches '$number+$'", schema, variables)).toMatchObject({ arguments: [{}, { value: '5+$' }] });
		expect(exprOf("regex_replace(name, '(a)', '$1')", schema, variables)).toMatchObject({ arguments: [{}, {}, { value: '$1' }] });
	});
});

describe('an expression as the value of a variable', () => {
	const incremental = "case when $full_load = 1 then '1970-01-01' else coalesce($_PACKAGE_LAST_SUCCESSFUL_JOB_SUBMISSION_TIMESTAMP, '1970-01-01') end";
	const last = (fullLoad: number, submitted: string | null) => {
		const lookup = variablesOf({ full_load: literal('integer', fullLoad), _PACKAGE_LAST_SUCCESSFUL_JOB_SUBMISSION_TIMESTAMP: literal('datetime', submitted) });
		return evaluateLiteral(exprOf(incremental, [], lookup));
	};

	it('chooses: the incremental recipe', () => {
		expect(last(0, '2024-01-31T10:00:00Z')).toMatchObject({ type: { kind: 'datetime' }, value: '2024-01-31T10:00:00Z' });
		expect(last(0, null)).toMatchObject({ type: { kind: 'datetime' }, value: '1970-01-01T00:00:00Z' });
		expect(last(1, '2024-01-31T10:00:00Z')).toMatchObject({ type: { kind: 'datetime' }, value: '1970-01-01T00:00:00Z' });
	});

	it('is evaluated at the moment it is told', () => {
		const environment = platformEnvironment(Date.UTC(2024, 0, 31, 12));
		expect(evaluateConstant(exprOf('CurrentTime()'), environment)).toBe(Date.UTC(2024, 0, 31, 12));
		expect(evaluateLiteral(exprOf("SwitchTimeZone(CurrentTime(), 'Europe/Paris')"), environment).value).toBe('2024-01-31T13:00:00+01:00');
	});

	it('that fails says why', () => {
		expect(() => evaluateConstant(exprOf('1 / 0'))).toThrow('1 / 0 is division by zero.');
		expect(() => evaluateConstant(exprOf("cast('x' as integer)"))).toThrow("'x' is no integer");
		expect(() => evaluateConstant(exprOf("cast('NaN' as double)"))).toThrow('NaN or an infinity');
	});
});

describe('folding', () => {
	it('keeps what fails, and what is another value each time', () => {
		const kinds = ['1 / 0', 'random()', 'CurrentTime()', "cast('x' as integer)", 'uuid()', "repeat('x', 100000)"].map((text) => exprOf(text).kind);
		expect(kinds).toEqual(['call', 'call', 'call', 'cast', 'call', 'call']);
	});

	it('prunes what is never evaluated', () => {
		expect(exprOf('1 = 1 and id > 5', schema)).toMatchObject({ kind: 'call', function: 'gt' });
		expect(exprOf('1 = 2 and 1 / id > 5', schema)).toMatchObject({ kind: 'literal', value: false });
		expect(exprOf('case when 1 = 2 then name when 2 = 2 then upper(name) else name end', schema)).toMatchObject({ kind: 'call', function: 'upper' });
		expect(exprOf('coalesce(null, name)', schema)).toMatchObject({ kind: 'column' });
	});

	it('does not drop a side that could fail before the deciding one', () => {
		expect(exprOf('1 / id > 5 and 1 = 2', schema)).toMatchObject({ kind: 'and' });
	});

	it('leaves the checker no expression that it cannot hold', () => {
		expect(checkExpression("cast('Infinity' as double)", { schema: [], variables })).toMatchObject({ expr: { kind: 'cast' } });
	});
});
