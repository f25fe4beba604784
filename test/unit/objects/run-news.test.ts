import { describe, expect, test } from 'vitest';
import { RunNews } from '../../../src/objects/run/news.ts';

/** A run's news with a clock of ours and `heard` listeners; `told` are the moments at which they were told. */
function someNews(heard: number) {
	const told: number[] = [];
	let now = 0;
	const news = new RunNews(
		async () => {
			told.push(now);
			return heard;
		},
		() => now,
	);
	return {
		news,
		told,
		async at(moment: number, last = false) {
			now = moment;
			news.tell(last);
			await Promise.resolve();
		},
	};
}

describe('news of a run', () => {
	test('are told at most once a second', async () => {
		const { at, told } = someNews(1);
		for (const moment of [0, 10, 500, 999, 1000, 1500, 2600]) await at(moment);
		expect(told).toEqual([0, 1000, 2600]);
	});

	test('are told at once before the run pauses, for nothing follows', async () => {
		const { at, told } = someNews(1);
		await at(0);
		await at(300, true);
		expect(told).toEqual([0, 300]);
	});

	test('that nobody hears are told more rarely, until somebody looks at the run', async () => {
		const { news, at, told } = someNews(0);
		for (const moment of [0, 1000, 2000, 4999, 5000, 6000]) await at(moment, true);
		expect(told).toEqual([0, 5000]);
		news.wanted();
		await at(6100);
		expect(told).toEqual([0, 5000, 6100]);
	});

	test('that could not be told hold nothing up', async () => {
		let tried = 0;
		const news = new RunNews(
			async () => {
				tried++;
				throw new Error('away');
			},
			() => tried * 1000,
		);
		news.tell();
		await Promise.resolve();
		news.tell();
		expect(tried).toBe(2);
	});
});
