import { describe, expect, test } from 'vitest';
import type { VariableDefinition } from '../../../src/model/package.ts';
import { FaultList } from '../../../src/plan/fault.ts';
import { resolveVariables, type VariableInput } from '../../../src/plan/variables.ts';

const NOW = Date.UTC(2024, 0, 31, 12);

function resolve(declared: Record<string, VariableDefinition>, more: Partial<VariableInput> = {}) {
	const faults = new FaultList();
	const variables = resolveVariables({ purpose: 'run', declared, values: {}, dynamic: {}, predefined: {}, now: NOW, ...more }, faults);
	const value = (name: string) => {
		const found = variables.get(name);
		return found === undefined ? undefined : [found.type.kind, found.value];
	};
	return { variables, value, faults: faults.list(), messages: faults.list().map(({ path, message }) => `${path}: ${message}`) };
}

describe('a variable', () => {
	test('written short has the type its value speaks for', () => {
		const { variables, faults } = resolve({ a: 'x', b: 5, c: 5_000_000_000, d: 1.5, e: true, f: null });
		expect(variables.own.map(({ name, type, value }) => [name, type.kind, value])).toEqual([
			['a', 'string', 'x'],
			['b', 'integer', 5],
			['c', 'long', '5000000000'],
			['d', 'double', 1.5],
			['e', 'boolean', true],
			['f', 'string', null],
		]);
		expect(faults).toEqual([]);
	});

	test('with a type reads its default as that type', () => {
		const { value, faults } = resolve({
			since: { type: 'datetime', default: '2024-01-01' },
			there: { type: 'datetime', default: '2024-01-01T12:00:00+02:00' },
			rate: { type: 'decimal(6,3)', default: '12.5' },
			id: { type: 'long', default: '9007199254740993' },
		});
		expect(['since', 'there', 'rate', 'id'].map(value)).toEqual([
			['datetime', '2024-01-01T00:00:00Z'],
			['datetime', '2024-01-01T12:00:00+02:00'],
			['decimal', '12.500'],
			['long', '9007199254740993'],
		]);
		expect(faults).toEqual([]);
	});

	test('whose default is not of its type is a fault that says what would be', () => {
		expect(resolve({ day: { type: 'date', default: 'yesterday' } }).faults).toEqual([
			{
				code: 'variable',
				component: null,
				path: 'variables.day.default',
				message: '"yesterday" is no date for $day',
				hint: 'it must be a date such as 2024-01-31',
			},
		]);
	});

	test('takes a list or object as it is, and is of type json then', () => {
		const { value, messages } = resolve({
			a: { type: 'json', default: { region: 'eu', days: [1, 2] } },
			b: { default: [1, 'x'] },
			c: { default: { expression: '1 + 1' } },
			d: { type: 'json', default: { expression: 'x', note: 'more than an expression' } },
			e: { type: 'integer', default: { n: 1 } },
		});
		expect(['a', 'b', 'c', 'd'].map(value)).toEqual([
			['json', '{"region":"eu","days":[1,2]}'],
			['json', '[1,"x"]'],
			['integer', 2],
			['json', '{"expression":"x","note":"more than an expression"}'],
		]);
		expect(messages).toEqual(['variables.e.default: {"n":1} is no integer for $e']);
	});

	test('of type json is read as JSON, also where it is handed on as text', () => {
		const { value, messages } = resolve(
			{ a: { type: 'json', default: '{"a": [1]}' }, b: { type: 'json' }, c: { type: 'json', default: 'plain' } },
			{ values: { b: '9007199254740993' } },
		);
		expect([value('a'), value('b')]).toEqual([
			['json', '{"a":[1]}'],
			['json', '9007199254740993'],
		]);
		expect(messages).toEqual(['variables.c.default: "plain" is no json for $c']);
	});

	test('with an impossible scale is a fault', () => {
		expect(resolve({ a: { type: 'decimal(2,5)' } }).messages).toEqual(['variables.a.type: "decimal(2,5)" is not a type']);
	});

	test('takes the value of the run over its default', () => {
		const { value, faults } = resolve({ day: { type: 'date', default: '2024-01-01' }, n: 1 }, { values: { day: '2024-02-02', n: '7' } });
		expect([value('day'), value('n'), faults]).toEqual([['date', '2024-02-02'], ['integer', 7], []]);
	});

	test('that the package does not have cannot be given', () => {
		expect(resolve({ since: '' }, { values: { sinse: 'x' }, dynamic: { other: '1' } }).faults).toMatchObject([
			{ path: 'variables.sinse', message: 'the package has no variable "sinse"', hint: 'did you mean since? variables of the package: since' },
			{ path: 'variables.other' },
		]);
	});

	test('that is required must be given by a run, not when the package is saved', () => {
		const declared = { key: { type: 'string', required: true, description: 'Which shop.' } };
		expect(resolve(declared).faults).toMatchObject([
			{ path: 'variables.key', message: '$key is required and the run gives no value', hint: 'give it in variables: text (Which shop.)' },
		]);
		expect(resolve(declared, { values: { key: 'a' } }).faults).toEqual([]);
		const saved = resolve(declared, { purpose: 'save' });
		expect([saved.faults, saved.variables.get('key')]).toEqual([[], { name: 'key', type: { kind: 'string' }, value: null, secret: false, unset: true }]);
	});

	test('that is secret is never shown in a fault', () => {
		expect(JSON.stringify(resolve({ pin: { type: 'integer', default: 'hunter2', secret: true } }).faults)).not.toContain('hunter2');
	});
});

describe('a default that is an expression', () => {
	test('is evaluated, whatever the order of what it needs', () => {
		const { value, faults } = resolve({ b: { default: { expression: '$a * 2' } }, a: { default: { expression: '$c + 1' } }, c: 20 });
		expect([value('a'), value('b'), faults]).toEqual([['integer', 21], ['integer', 42], []]);
	});

	test('is cast to the declared type', () => {
		expect(resolve({ day: { type: 'datetime', default: { expression: "'2024-01-' || '31'" } } }).value('day')).toEqual(['datetime', '2024-01-31T00:00:00Z']);
	});

	test('says the incremental recipe: everything on a full load or a first run, else what is new', () => {
		const declared: Record<string, VariableDefinition> = {
			full_load: 0,
			since: {
				type: 'datetime',
				default: {
					expression: "case when $full_load = 1 then '1970-01-01' else coalesce($_PACKAGE_LAST_SUCCESSFUL_JOB_SUBMISSION_TIMESTAMP, '1970-01-01') end",
				},
			},
		};
		const last = { predefined: { _PACKAGE_LAST_SUCCESSFUL_JOB_SUBMISSION_TIMESTAMP: '2024-01-30T10:00:00Z' } };
		expect(resolve(declared, last).value('since')).toEqual(['datetime', '2024-01-30T10:00:00Z']);
		expect(resolve(declared, { ...last, values: { full_load: 1 } }).value('since')).toEqual(['datetime', '1970-01-01T00:00:00Z']);
		expect(resolve(declared).value('since')).toEqual(['datetime', '1970-01-01T00:00:00Z']);
		expect(resolve(declared, { purpose: 'save' }).faults).toEqual([]);
	});

	test('takes the moment of submission for CurrentTime()', () => {
		expect(resolve({ at: { default: { expression: 'CurrentTime()' } } }).value('at')).toEqual(['datetime', '2024-01-31T12:00:00Z']);
	});

	test('that needs itself is told with the way round', () => {
		expect(resolve({ a: { default: { expression: '$b' } }, b: { default: { expression: '$a' } } }).messages).toEqual([
			'variables.a.default.expression: the defaults need each other: $a → $b → $a',
		]);
		expect(resolve({ c: { default: { expression: '$a' } }, a: { type: 'integer', default: { expression: '$a + 1' } } }).messages).toEqual([
			'variables.a.default.expression: the defaults need each other: $a → $a',
		]);
		expect(resolve({ n: { type: 'long', default: 1 } }, { purpose: 'run', dynamic: { n: '$n + 1' } }).messages).toEqual([
			'variables.n: the expression needs its own value: $n → $n',
		]);
	});

	test('that is wrong is told with the place', () => {
		expect(resolve({ a: { default: { expression: "1 + 'x'" } } }).faults).toMatchObject([
			{ code: 'variable', path: 'variables.a.default.expression', message: expect.stringContaining('line 1, column') },
		]);
	});

	test('that has no value is told', () => {
		expect(resolve({ a: { type: 'integer', default: { expression: "cast('x' as integer)" } } }).faults).toMatchObject([
			{ path: 'variables.a.default.expression' },
		]);
	});

	test('of a run, a dynamic variable, goes over everything', () => {
		expect(resolve({ n: 1 }, { dynamic: { n: '2 + 3' } }).value('n')).toEqual(['integer', 5]);
	});
});

describe('predefined variables', () => {
	test('are typed, null where the run has none', () => {
		const { value } = resolve({}, { predefined: { _RUN_ID: 7, _USER_EMAIL: 'a@b.c' } });
		expect(['_RUN_ID', '_USER_EMAIL', '_CLUSTER_NODES_COUNT', '_NOT_THERE'].map(value)).toEqual([
			['long', '7'],
			['string', 'a@b.c'],
			['integer', null],
			undefined,
		]);
	});

	test('have samples while a package is only checked', () => {
		expect(resolve({}, { purpose: 'save' }).value('_JOB_SUBMISSION_TIMESTAMP')).toEqual(['datetime', '2024-01-31T12:30:00Z']);
	});
});
