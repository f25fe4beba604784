import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../lib/errors.ts';

/** Stops the demo when a step did not give what the files say it must. */
export function expectEqual(what: string, actual: unknown, expected: unknown): void {
	if (isDeepStrictEqual(actual, expected)) return;
	throw new AppError('conflict', `${what}: ${show(actual)} came, ${show(expected)} was expected.`, {
		hint: 'The gateway gave a wrong result. Its log is in the state folder.',
	});
}

export function expectThat(what: string, holds: boolean, seen: unknown): void {
	if (!holds)
		throw new AppError('conflict', `${what}: not so; seen ${show(seen)}.`, { hint: 'The gateway gave a wrong result. Its log is in the state folder.' });
}

const show = (value: unknown): string => {
	const text = JSON.stringify(value) ?? String(value);
	return text.length <= 400 ? text : `${text.slice(0, 400)}…`;
};
