import { describe, expect, test } from 'vitest';
import { ERROR_PATTERNS, matchPatterns } from '../../../src/operations/runs/error-patterns.ts';

/** What systems really say, and what that is about. */
const SAID: readonly (readonly [string, readonly string[]])[] = [
	['FATAL: password authentication failed for user "etl"', ['FATAL', 'auth']],
	['ERROR [out] upstream: connect ECONNREFUSED 10.0.0.1:5432', ['ERROR', 'connection']],
	['java.lang.NullPointerException', ['exception']],
	['column "amount" does not exist', ['schema']],
	['no such table: orders', ['schema']],
	['the column "count" is missing in flights.csv', ['schema']],
	['"abc" is not an integer', ['data']],
	['duplicate key value violates unique constraint "orders_pkey"', ['data']],
	['statement timeout', ['timeout']],
	['there is no file at in/x.csv: no such key', ['not_found']],
	['3 bad rows, and max_errors allows 2', ['limit']],
	['429 Too Many Requests', ['limit']],
];

describe('error patterns', () => {
	test.each(SAID)('%j is about %j', (line, wanted) => {
		expect(matchPatterns([line]).map((match) => match.pattern)).toEqual(wanted);
	});

	test('say nothing of ordinary lines', () => {
		expect(matchPatterns(['read 5,366 rows of flights.csv', 'wrote 305 rows to table busiest_airports', 'the run has completed'])).toEqual([]);
	});

	test('count lines and show the first, cut', () => {
		const [match] = matchPatterns([`ERROR ${'x'.repeat(1_000)}`, 'fine', 'ERROR again']);
		expect(match).toMatchObject({ pattern: 'ERROR', count: 2 });
		expect(match?.example).toHaveLength(300);
	});

	test('take a line of 1 MB that almost matches in linear time', () => {
		const hostile = 'column fields connection time connection column '.repeat(20_000);
		// In quadratic time one line would take hours.
		expect(ERROR_PATTERNS.filter(({ matches }) => matches.test(hostile))).toEqual([]);
	});
});
