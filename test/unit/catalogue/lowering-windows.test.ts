import { describe, expect, test } from 'vitest';
import { columns, faults, lower, operator, SALES } from './lowered.ts';

const BY_DAY = [{ field: 'day' }];

describe('aggregate, cube and window', () => {
	test('give each function its type', () => {
		const calls = [
			...['count', 'sum', 'avg', 'min', 'collect', 'stddev', 'first'].map((name) => ({ function: name, field: 'amount' })),
			{ function: 'sum', field: 'id' },
			{ function: 'sum', field: 'rate' },
			{ function: 'count_all' },
		];
		expect(columns(lower('aggregate_component', { aggregates: calls }, [SALES]))).toEqual([
			'count_amount long',
			'sum_amount decimal(38,2)',
			'avg_amount double',
			'min_amount decimal(8,2)',
			'collect_amount json',
			'stddev_amount double',
			'first_amount decimal(8,2)',
			'sum_id long',
			'sum_rate double',
			'count_all long',
		]);
	});

	test('refuse functions without what they need', () => {
		const told = (call: unknown) => faults('aggregate_component', { aggregates: [call] }, [SALES])[0];
		expect(told({ function: 'sum' })).toContain('sum needs a field');
		expect(told({ function: 'count_all', field: 'id' })).toContain('takes no field');
		expect(told({ function: 'max', field: 'tags' })).toContain('it is json');
		expect(told({ function: 'avg', field: 'day' })).toContain('it is date');
		expect(faults('aggregate_component', { group_by: ['id', 'id'], aggregates: [{ function: 'count_all' }] }, [SALES])[0]).toContain('"id" is named twice');
		expect(faults('aggregate_component', { group_by: ['id'], aggregates: [{ function: 'count_all', alias: 'id' }] }, [SALES])[0]).toContain(
			'aggregates[0].alias: two output columns',
		);
	});

	test('a cube groups by every subset, a rollup by every beginning', () => {
		const sets = (grouping: string) =>
			operator(lower('cube_component', { grouping, group_by: ['id', 'city', 'day'], aggregates: [{ function: 'count_all' }] }, [SALES]), 'aggregate')
				.groupingSets;
		expect(sets('rollup')).toEqual([[0, 1, 2], [0, 1], [0], []]);
		expect(
			sets('cube')
				?.map((set) => set.join(''))
				.sort(),
		).toEqual(['', '0', '01', '012', '02', '1', '12', '2']);
		const wide = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`c${i}`, 'string']));
		expect(faults('cube_component', { grouping: 'cube', group_by: Object.keys(wide), aggregates: [{ function: 'count_all' }] }, [wide])[0]).toContain(
			'2^11 groupings',
		);
	});

	const call = (given: Readonly<Record<string, unknown>>, sort: unknown = BY_DAY) =>
		operator(lower('window_component', { ...(sort === null ? {} : { sort }), functions: [given] }, [SALES]), 'window').functions[0];

	test('have the frames of SQL where none is given', () => {
		expect(call({ function: 'sum', field: 'id' })?.frame).toEqual({ unit: 'range', start: { kind: 'unbounded_preceding' }, end: { kind: 'current_row' } });
		expect(call({ function: 'sum', field: 'id' }, null)?.frame).toEqual({
			unit: 'range',
			start: { kind: 'unbounded_preceding' },
			end: { kind: 'unbounded_following' },
		});
		expect(call({ function: 'rank' })?.frame).toBeNull();
	});

	test('read frames in rows, numbers and time', () => {
		const frame = (start: string, end: string, unit = 'range', field = 'day') =>
			call({ function: 'avg', field: 'id', frame: { unit, start, end } }, [{ field }])?.frame;
		expect(frame('2 preceding', '1 following', 'rows')).toEqual({
			unit: 'rows',
			start: { kind: 'preceding', offset: 2 },
			end: { kind: 'following', offset: 1 },
		});
		expect(frame('6 days preceding', 'current row')).toEqual({ unit: 'range', start: { kind: 'preceding', offset: 6 }, end: { kind: 'current_row' } });
		expect(frame('1 week preceding', '1 day preceding')?.start).toEqual({ kind: 'preceding', offset: 7 });
		expect(frame('90 Minutes  PRECEDING', 'unbounded following', 'range', 'at')?.start).toEqual({ kind: 'preceding', offset: 5_400_000 });
		expect(frame('0.5 preceding', '0.5 following', 'range', 'rate')?.end).toEqual({ kind: 'following', offset: 0.5 });
	});

	test.each([
		[{ unit: 'rows', start: '2 days preceding' }, 'day', 'counted in rows'],
		[{ unit: 'range', start: '2 preceding' }, 'day', 'needs a unit'],
		[{ unit: 'range', start: '12 hours preceding' }, 'day', 'no whole days'],
		[{ unit: 'range', start: '2 days preceding' }, 'id', 'needs a date or datetime'],
		[{ unit: 'range', start: '2 preceding' }, 'city', 'needs a number, date or datetime'],
		[{ unit: 'range', start: '2 months preceding' }, 'day', 'months is no unit'],
		[{ unit: 'rows', start: 'current row', end: '1 preceding' }, 'day', 'before it begins'],
		[{ unit: 'rows', start: 'unbounded following', end: 'unbounded following' }, 'day', 'before it begins'],
		[{ unit: 'rows', start: 'yesterday' }, 'day', 'start is "yesterday"'],
	])('refuse the frame %j over %s', (frame, field, message) => {
		expect(faults('window_component', { sort: [{ field }], functions: [{ function: 'sum', field: 'id', frame }] }, [SALES])[0]).toContain(message);
	});

	test('read the arguments of ntile, lead and lag', () => {
		expect(call({ function: 'ntile', arguments: [4] })).toMatchObject({ arguments: [4], type: { kind: 'long' } });
		expect(call({ function: 'lag', field: 'amount' })?.arguments).toEqual([1, null]);
		expect(call({ function: 'lead', field: 'day', arguments: [2, '2024-01-01'] })).toMatchObject({ arguments: [2, '2024-01-01'], type: { kind: 'date' } });
		const told = (given: Readonly<Record<string, unknown>>, sort: unknown = BY_DAY) =>
			faults('window_component', { ...(sort === null ? {} : { sort }), functions: [given] }, [SALES])[0];
		expect(told({ function: 'ntile' })).toContain('needs the number of buckets');
		expect(told({ function: 'lag', field: 'day', arguments: [1, 'x'] })).toContain('"x" is no date');
		expect(told({ function: 'rank', field: 'id' })).toContain('takes no field');
		expect(told({ function: 'rank' }, null)).toContain('needs a sort');
		expect(told({ function: 'rank', frame: { unit: 'rows' } })).toContain('takes no frame');
		expect(told({ function: 'sum', field: 'id', arguments: [1] })).toContain('takes no arguments');
	});
});
