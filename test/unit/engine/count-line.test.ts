import { expect, test } from 'vitest';
import { countLine } from '../../../src/engine/count-line.ts';

const told = (type: string, rowsIn: number, rowsOut: number, rowsBad = 0) =>
	countLine({ component: 'c', name: 'c', type, rowsIn, rowsOut, rowsBad, state: 'done' });

test('a component says how many rows it read, took or handed on, and how many it refused', () => {
	expect(told('cloud_storage_source_component', 5366, 5366)).toBe('read 5,366 rows');
	expect(told('database_source_component', 10, 8, 2)).toBe('read 10 rows, gave 8, 2 bad');
	expect(told('filter_component', 5366, 305)).toBe('5,366 rows in, 305 out');
	expect(told('database_destination_component', 1, 0)).toBe('took 1 row');
	expect(told('assert_component', 3, 0, 3)).toBe('3 rows in, 0 out, 3 bad');
});
