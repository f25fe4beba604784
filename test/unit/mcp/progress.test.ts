import { expect, test } from 'vitest';
import { type Notify, progressReporter } from '../../../src/mcp/progress.ts';

function listener(): { told: unknown[]; notify: Notify } {
	const told: unknown[] = [];
	return {
		told,
		notify: async (progress) => {
			told.push(progress);
		},
	};
}

test('a client hears of progress at most once a second, and only when it rose', () => {
	const { told, notify } = listener();
	let now = 0;
	const progress = progressReporter(notify, () => now);
	progress(0.1, 1, 'a');
	now = 999;
	progress(0.2, 1, 'too soon');
	now = 1000;
	progress(0.1, 1, 'no further');
	progress(0.3, null, 'b');
	expect(told).toEqual([
		{ progress: 0.1, total: 1, message: 'a' },
		{ progress: 0.3, message: 'b' },
	]);
});

test('a client that is gone does not disturb the call', async () => {
	const progress = progressReporter(
		() => Promise.reject(new Error('closed')),
		() => 0,
	);
	progress(1, 1, 'a');
	await Promise.resolve();
});
