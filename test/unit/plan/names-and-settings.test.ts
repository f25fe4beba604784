import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMPONENT_ID, idFromName } from '../../../src/plan/component-ids.ts';
import { resolveSettings } from '../../../src/plan/settings.ts';

describe('the id made from a name', () => {
	test('is its letters and digits in lower case', () => {
		expect(['Per origin (2024)', 'Überschrift', '日本', '__x__'].map((name) => idFromName(name, new Set()))).toEqual([
			'per_origin_2024',
			'uberschrift',
			'component',
			'x',
		]);
	});

	test('gets a number where it is taken', () => {
		expect(idFromName('A', new Set(['a', 'a_2']))).toBe('a_3');
	});

	test('is always a valid id', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (name) => {
				expect(idFromName(name, new Set())).toMatch(COMPONENT_ID);
			}),
		);
	});
});

describe('settings', () => {
	test('have their defaults', () => {
		expect(resolveSettings({})).toEqual({ maxErrors: null, timeoutMinutes: null, contracts: { columns: 'evolve', dataType: 'freeze' } });
	});

	test('take bad rows as a count or as a share', () => {
		expect(resolveSettings({ max_errors: 0 }).maxErrors).toEqual({ count: 0 });
		expect(resolveSettings({ max_errors: '2.5%' }).maxErrors).toEqual({ fraction: 0.025 });
	});
});
