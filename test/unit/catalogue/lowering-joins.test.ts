import { describe, expect, test } from 'vitest';
import { columns, faults, lower, operator } from './lowered.ts';
import { around, build } from './makers.ts';

describe('join', () => {
	test('says where each output column comes from', () => {
		const node = lower('join_component', { join_type: 'full', keys: [{ left: 'id', right: 'id' }], right_prefix: 'r_' }, [
			{ id: 'long', a: 'string' },
			{ id: 'long', b: 'date' },
		]);
		expect(operator(node, 'join')).toEqual({
			kind: 'join',
			joinType: 'full',
			keys: [{ left: 'id', right: 'id' }],
			hint: 'auto',
			columns: [
				{ side: 'left', field: 'id', name: 'id' },
				{ side: 'left', field: 'a', name: 'a' },
				{ side: 'right', field: 'id', name: 'r_id' },
				{ side: 'right', field: 'b', name: 'b' },
			],
		});
		expect(columns(node)).toEqual(['id long', 'a string', 'r_id long', 'b date']);
	});

	test('refuses keys of different types and prefixed names that are taken', () => {
		expect(faults('join_component', { keys: [{ left: 'id', right: 'id' }] }, [{ id: 'long' }, { id: 'integer' }])[0]).toContain(
			'id is long on the left, id is integer on the right',
		);
		const hint = (left: string, right: string) => {
			const result = build(around('join_component', { keys: [{ left: 'a', right: 'b' }] }, [{ a: left }, { b: right }]));
			return 'faults' in result ? result.faults[0]?.hint : undefined;
		};
		expect(hint('long', 'integer')).toBe('cast in a select first: cast(b as long) on the right');
		expect(hint('decimal(10,2)', 'decimal(9,3)')).toBe('cast in a select first: cast(a as decimal(11,3)) on the left, cast(b as decimal(11,3)) on the right');
		expect(hint('string', 'date')).toBe('cast one of them in a select first: cast(b as string)');
		expect(faults('join_component', { keys: [{ left: 'id', right: 'id' }] }, [{ id: 'long', right_id: 'string' }, { id: 'long' }])[0]).toContain(
			'the right column id would be named right_id',
		);
		expect(faults('cross_join_component', {}, [{ id: 'long' }, { id: 'long', right_id: 'string' }])[0]).toContain('would be named right_id');
	});
});

describe('union', () => {
	test('by name says which field of each input goes to a column', () => {
		expect(
			operator(
				lower('union_component', {}, [
					{ a: 'string', b: 'date' },
					{ b: 'date', c: 'long' },
				]),
				'union',
			).inputs,
		).toEqual([
			['a', 'b', null],
			[null, 'b', 'c'],
		]);
	});

	test.each([
		[['integer', 'long'], 'long'],
		[['long', 'decimal(12,2)'], 'decimal(21,2)'],
		[['decimal(5,4)', 'integer', 'decimal(12,2)'], 'decimal(14,4)'],
		[['integer', 'double'], 'double'],
		[['integer', 'float'], 'double'],
		[['double', 'float'], 'double'],
		[['date', 'datetime'], 'datetime'],
		[['datetime', 'date'], 'datetime'],
	])('%j becomes %s, by name and by position', (types, wide) => {
		for (const config of [{}, { by: 'position' }]) {
			const inputs = types.map((type) => ({ a: type }));
			expect(columns(lower('union_component', config, inputs))).toEqual([`a ${wide}`]);
		}
	});

	test.each([
		[['long', 'double'], 'a is double in input 2, a was long before'],
		[['decimal(12,2)', 'float'], 'a is float in input 2, a was decimal(12,2) before'],
		[['integer', 'double', 'long'], 'a is long in input 3, a was double before'],
		[['decimal(38,0)', 'decimal(38,10)'], 'a is decimal(38,10) in input 2'],
		[['integer', 'boolean'], 'a is boolean in input 2'],
	])('%j are refused, because a value could change', (types, told) => {
		for (const by of ['name', 'position'])
			expect(
				faults(
					'union_component',
					{ by },
					types.map((type) => ({ a: type })),
				)[0],
			).toContain(told);
	});

	test('refuses columns of different types, by name and by position', () => {
		expect(faults('union_component', {}, [{ a: 'string' }, { a: 'date' }])[0]).toContain('a is date in input 2, a was string before');
		expect(faults('union_component', { by: 'position' }, [{ a: 'string' }, { b: 'date' }])[0]).toContain('b is date in input 2');
		expect(faults('union_component', { by: 'position' }, [{ a: 'string' }, { b: 'string', c: 'string' }])[0]).toContain(
			'the first input has 1 columns, input 2 has 2',
		);
	});
});
