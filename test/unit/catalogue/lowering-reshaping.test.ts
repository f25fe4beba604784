import { describe, expect, test } from 'vitest';
import { columns, faults, lower, SALES } from './lowered.ts';

describe('flatten, pivot, unpivot and parse JSON', () => {
	test('flatten replaces the list, or puts the element behind under another name', () => {
		expect(columns(lower('flatten_component', { field: 'tags' }, [{ tags: 'json', id: 'long' }]))).toEqual(['tags json', 'id long']);
		expect(columns(lower('flatten_component', { field: 'tags', alias: 'tag' }, [{ tags: 'json', id: 'long' }]))).toEqual(['tags json', 'id long', 'tag json']);
		expect(faults('flatten_component', { field: 'city' }, [SALES])[0]).toContain('city is string, not json');
		expect(faults('flatten_component', { field: 'tags', alias: 'id' }, [SALES])[0]).toContain('alias: two output columns');
		expect(faults('flatten_component', { field: 'tags', spread: true }, [SALES])[0]).toContain('which keys become columns');
		expect(faults('flatten_component', { field: 'tags', spread: true, columns: [{ name: 'id' }] }, [SALES])[0]).toContain(
			'columns[0].alias: two output columns would be named "id"',
		);
	});

	test('pivot names its columns by value, or prefix and value', () => {
		expect(columns(lower('pivot_component', { group_by: ['city'], key: 'day', value: 'id', columns: ['2024-01-01'], prefix: 'd_' }, [SALES]))).toEqual([
			'city string',
			'd_2024-01-01 integer',
		]);
		expect(faults('pivot_component', { group_by: ['city'], key: 'id', value: 'rate', columns: ['x'] }, [SALES])[0]).toContain('"x" is no integer, which id is');
		expect(faults('pivot_component', { group_by: ['city'], key: 'id', value: 'rate' }, [SALES])[0]).toContain('are not listed');
		expect(faults('pivot_component', { group_by: ['city'], key: 'id', value: 'city', aggregate: 'sum', columns: [1] }, [SALES])[0]).toContain(
			'sum of city is not possible',
		);
	});

	test('unpivot brings numbers and dates to one type, and wants one of all others', () => {
		const value = (names: string[], types: Record<string, string>) => columns(lower('unpivot_component', { columns: names }, [types])).at(-1);
		const types = { i: 'integer', l: 'long', d: 'double', f: 'float', m: 'decimal(8,2)', n: 'decimal(6,4)', day: 'date', at: 'datetime' };
		expect(value(['i', 'l'], types)).toBe('value long');
		expect(value(['i', 'd'], types)).toBe('value double');
		expect(faults('unpivot_component', { columns: ['l', 'd'] }, [types])[0]).toContain('l is long, d is double');
		expect(value(['i', 'f'], types)).toBe('value double');
		expect(value(['m', 'n'], types)).toBe('value decimal(10,4)');
		expect(value(['i', 'm'], types)).toBe('value decimal(12,2)');
		expect(value(['day', 'at'], types)).toBe('value datetime');
		expect(faults('unpivot_component', { columns: ['id', 'city'] }, [SALES])[0]).toContain('id is integer, city is string');
		expect(faults('unpivot_component', { columns: ['a', 'b'] }, [{ a: 'decimal(38,10)', b: 'long' }])[0]).toBeUndefined();
		expect(faults('unpivot_component', { columns: ['a', 'b'] }, [{ a: 'decimal(38,30)', b: 'long' }])[0]).toContain('a is decimal(38,30), b is long');
		expect(faults('unpivot_component', { columns: ['id'], key_alias: 'city' }, [SALES])[0]).toContain('key_alias: two output columns');
	});

	test('parse JSON takes dollars of a path for the root', () => {
		const node = lower('parse_json_component', { field: 'tags', extract: [{ path: "$['a b'].c", alias: 'c', type: 'date' }] }, [{ tags: 'json' }]);
		expect(faults('parse_json_component', { field: 'tags', extract: [{ path: '$.a[?(@.b)]', alias: 'c' }] }, [{ tags: 'json' }])[0]).toMatch(
			/extract\[0\]\.path: "\$\.a\[\?\(@\.b\)\]" is not a JSONPath/,
		);
		expect([columns(node), JSON.stringify(node.operator)]).toEqual([['tags json', 'c date'], expect.stringContaining(`"$['a b'].c"`)]);
		expect(faults('parse_json_component', { field: 'tags', extract: [{ path: 'a..b[', alias: 'c' }] }, [{ tags: 'json' }])[0]).toContain('extract[0].path');
		expect(faults('parse_json_component', { field: 'id', extract: [{ path: '$.a', alias: 'c' }] }, [SALES])[0]).toContain('id is integer');
	});

	test('code must export transform', () => {
		expect(faults('code_component', { code: 'function transform() {}', output: [{ name: 'a', type: 'string' }] }, [SALES])[0]).toContain(
			'does not export transform',
		);
	});
});
