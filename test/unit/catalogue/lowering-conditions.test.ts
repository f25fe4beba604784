import { describe, expect, test } from 'vitest';
import { columns, faults, lower, operator, SALES } from './lowered.ts';

describe('select', () => {
	test('keeps the others in their places, replaces by name, drops, and adds behind', () => {
		expect(
			columns(
				lower(
					'select_component',
					{
						columns: [
							{ expression: 'id + 1', alias: 'next' },
							{ expression: 'upper(city)', alias: 'city' },
						],
						keep_others: true,
						drop: ['id', 'tags'],
					},
					[{ id: 'long', city: 'string', tags: 'json', x: 'date' }],
				),
			),
		).toEqual(['city string', 'x date', 'next long']);
	});

	test('needs something to keep', () => {
		expect(faults('select_component', { columns: [] }, [SALES])[0]).toContain('no column is left');
		expect(faults('select_component', { columns: [], keep_others: true, drop: ['id'] }, [{ id: 'integer' }])[0]).toContain('every column is dropped');
		expect(faults('select_component', { columns: [{ expression: 'id' }], drop: ['city'] }, [SALES])[0]).toContain('drop is given without keep_others');
	});
});

describe('conditions', () => {
	const predicate = (conditions: unknown, variables = {}) => operator(lower('filter_component', { conditions }, [SALES], variables), 'filter').predicate;

	test('read their values as the type of the column', () => {
		const long = JSON.stringify(
			predicate([
				{ field: 'amount', operator: '>', value: '12.5' },
				{ field: 'day', operator: '=', value: '2024-01-31' },
				{ field: 'city', operator: 'in', value: ['a', 5] },
			]),
		);
		expect(long).toContain('"2024-01-31"');
		expect(long).toContain('"5"');
	});

	test('take a variable with its type, and escape quotes', () => {
		expect(JSON.stringify(predicate([{ field: 'at', operator: '>=', value: '$since' }], { since: { type: 'datetime', default: '2024-01-01' } }))).toContain(
			'2024-01-01T00:00:00Z',
		);
		expect(JSON.stringify(predicate([{ field: 'city', operator: '=', value: "O'Hare' or true or '" }]))).toContain("O'Hare' or true or '");
	});

	test('keep a dollar in a regular expression', () => {
		expect(JSON.stringify(predicate([{ field: 'city', operator: 'text_matches', value: '^a+$' }]))).toContain('^a+$');
	});

	test('tell values that are missing, too many or of the wrong form', () => {
		const told = (condition: unknown) => faults('filter_component', { conditions: [condition] }, [SALES])[0];
		expect(told({ field: 'id', operator: '=' })).toContain('= needs a value');
		expect(told({ field: 'id', operator: 'is_null', value: 1 })).toContain('is_null takes no value');
		expect(told({ field: 'id', operator: 'in', value: 1 })).toContain('in needs a list');
		expect(told({ field: 'id', operator: '=', value: [1] })).toContain('= takes one value, not a list');
		expect(told({ field: 'id', operator: '>', value: '$since x' })).toContain('mixes text and variables');
		expect(told({ match: 'any', conditions: [{ field: 'idd', operator: 'is_null' }] })).toContain(
			'conditions[0].conditions[0].field: there is no column "idd"',
		);
	});
});
