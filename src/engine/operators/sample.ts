import type { Operator, OperatorContext } from '../operator.ts';
import { select } from './filter.ts';
import { narrow } from './narrow.ts';

/** Each row by its number and the seed, so that the same input gives the same sample. */
export function sample(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'sample') throw new TypeError('not a sample');
	const threshold = (operator.percent / 100) * 2 ** 32;
	return {
		push(input, batch) {
			const first = context.received(input) - batch.length;
			const rows = new Int32Array(batch.length);
			let kept = 0;
			for (let row = 0; row < batch.length; row++) if (randomOf(operator.seed, first + row) < threshold) rows[kept++] = row;
			context.emit(select(narrow(batch, context.output), rows, kept));
		},
		end: () => context.finish(),
	};
}

/** 32 uniform bits from a seed and a row number (two rounds of a multiply-xorshift mixer). */
function randomOf(seed: number, row: number): number {
	let bits = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(row | 0, 0xc2b2ae35) ^ Math.floor(row / 2 ** 32);
	bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
	bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
	bits = Math.imul(bits ^ (bits >>> 16) ^ seed, 0x2c1b3c6d);
	return (bits ^ (bits >>> 15)) >>> 0;
}
