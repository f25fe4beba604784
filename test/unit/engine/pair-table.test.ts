import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PairTable } from '../../../src/engine/hash/pair-table.ts';

/** Pairs of a batch: small ones, ones where the right follows from the left, and any. */
const someBatch = fc.oneof(
	fc.array(fc.tuple(fc.nat(20), fc.nat(511)), { maxLength: 60 }),
	fc.array(
		fc.nat(3000).map((left) => [left, left % 7] as [number, number]),
		{ maxLength: 60 },
	),
	fc.array(fc.tuple(fc.nat(3000), fc.nat(100_000)), { maxLength: 60 }),
);

test('pairs have ids in order of first sight, whichever way they are looked up', () => {
	fc.assert(
		fc.property(fc.array(someBatch, { maxLength: 12 }), (batches) => {
			const [whole, single] = [new PairTable(), new PairTable()];
			const known = new Map<string, number>();
			for (const batch of batches) {
				const lefts = Int32Array.from(batch, ([left]) => left);
				const rights = Int32Array.from(batch, ([, right]) => right);
				const expected = batch.map(([left, right]) => {
					const key = `${left} ${right}`;
					if (!known.has(key)) known.set(key, known.size);
					expect(single.insert(left, right)).toBe(known.get(key));
					return known.get(key);
				});
				whole.insertAll(lefts, rights, batch.length);
				expect([...lefts]).toEqual(expected);
				batch.forEach(([left, right], row) => {
					expect(whole.find(left, right)).toBe(expected[row]);
					expect([whole.left(expected[row] as number), whole.right(expected[row] as number)]).toEqual([left, right]);
				});
			}
			expect(whole.size).toBe(known.size);
			expect(whole.find(5000, 1)).toBe(-1);
		}),
		{ numRuns: 300 },
	);
});
