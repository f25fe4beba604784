import { expect, inject, test } from 'vitest';
import { fuzz } from '../fuzz/run.ts';
import { worldOf } from '../fuzz/world.ts';

const gateway = inject('gateway');

test('two thousand malformed requests get answers below 500, none a stack trace', async () => {
	const { complaints, statuses } = await fuzz(gateway.url, await worldOf(gateway), 2_000, 7);
	expect(complaints).toEqual([]);
	expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400', '401', '415']));
});
