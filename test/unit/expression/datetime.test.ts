import { describe, expect, it } from 'vitest';
import { platformEnvironment } from '../../../src/expression/evaluation/environment.ts';
import { evaluated } from './expressions.ts';

describe('datetimes', () => {
	const columns = { t: 'datetime' };

	it('keep the offset they were written with, and their parts are those of it', () => {
		const rows = [['2024-01-31T23:30:00-05:00'], ['2024-01-31T23:30:00Z'], [null]];
		expect(evaluated('t', columns, rows).values).toEqual(['2024-01-31T23:30:00-05:00', '2024-01-31T23:30:00Z', null]);
		expect(evaluated('GetDay(t)', columns, rows).values).toEqual(['31', '31', null]);
		expect(evaluated('cast(t as date)', columns, rows).values).toEqual(['2024-01-31', '2024-01-31', null]);
		expect(evaluated("date_trunc('day', t)", columns, rows).values).toEqual(['2024-01-31T00:00:00-05:00', '2024-01-31T00:00:00Z', null]);
		expect(evaluated("t + interval '1 month'", columns, rows).values).toEqual(['2024-02-29T23:30:00-05:00', '2024-02-29T23:30:00Z', null]);
		expect(evaluated("coalesce(t, '2024-06-01T00:00:00+01:00')", columns, rows).values[2]).toBe('2024-06-01T00:00:00+01:00');
		expect(evaluated("case when GetHour(t) = 23 then t else timestamp '2020-01-01T00:00:00+09:00' end", columns, rows).values).toEqual([
			rows[0]?.[0],
			rows[1]?.[0],
			'2020-01-01T00:00:00+09:00',
		]);
		expect(evaluated("greatest(t, '2024-01-31T23:45:00Z')", columns, rows).values).toEqual([
			'2024-01-31T23:30:00-05:00',
			'2024-01-31T23:45:00Z',
			'2024-01-31T23:45:00Z',
		]);
	});

	it('are compared as moments', () => {
		expect(evaluated("t = '2024-02-01T04:30:00Z'", columns, [['2024-01-31T23:30:00-05:00']]).values).toEqual(['true']);
	});

	it('keep microseconds through arithmetic', () => {
		const rows = [['1969-12-31T23:59:59.999999Z'], ['2024-01-31T00:00:00.000001Z']];
		expect(evaluated("t + interval '1 second' - interval '1 second' = t", columns, rows).values).toEqual(['true', 'true']);
		expect(evaluated('DaysBetween(t, t) + MonthsBetween(t, t)', columns, rows).values).toEqual(['0', '0']);
		expect(evaluated("t + interval '1 day'", columns, rows).values).toEqual(['1970-01-01T23:59:59.999999Z', '2024-02-01T00:00:00.000001Z']);
	});

	it('move between zones, summer time and all', () => {
		expect(evaluated("SwitchTimeZone(t, 'America/New_York')", columns, [['2024-03-10T06:59:59Z'], ['2024-03-10T07:00:00Z']]).values).toEqual([
			'2024-03-10T01:59:59-05:00',
			'2024-03-10T03:00:00-04:00',
		]);
		expect(evaluated("ToDate(s, 'dd.MM.yyyy HH:mm', 'Europe/Paris')", { s: 'string' }, [['31.03.2024 01:30'], ['31.03.2024 03:30']]).values).toEqual([
			'2024-03-31T01:30:00+01:00',
			'2024-03-31T03:30:00+02:00',
		]);
	});

	it('of the run are the same in every row', () => {
		const environment = platformEnvironment(Date.UTC(2024, 1, 29, 12));
		expect(evaluated('CurrentTime()', columns, [[null], [null]], environment).values).toEqual(['2024-02-29T12:00:00Z', '2024-02-29T12:00:00Z']);
		expect(evaluated("current_date - interval '1 year'", columns, [[null]], environment).values).toEqual(['2023-02-28T00:00:00Z']);
	});
});
