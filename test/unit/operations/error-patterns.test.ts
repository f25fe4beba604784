import { describe, expect, test } from 'vitest';
import { TOOLS } from '../../../src/mcp/tools/index.ts';
import { adviceOf, failedPart } from '../../../src/operations/runs/advice.ts';
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
	["MySQL refused: Duplicate entry '1' for key 'PRIMARY'", ['data']],
	['The column kind takes no null.', ['data']],
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

describe('the advice', () => {
	const components = [
		{ cloud_storage_source_component: { id: 'in', name: 'in', connection_id: 3, path: 'daily/$day.csv' } },
		{ database_source_component: { id: 'db', name: 'db', connection_id: 4, table: 'orders', schema_name: 'sales' } },
		{ rest_api_source_component: { id: 'api', name: 'api', connection_id: 5, path: 'v1/orders' } },
		{ database_destination_component: { id: 'out', name: 'out', connection_id: 4, table: 'loaded' } },
		{ select_component: { id: 'map', name: 'map', columns: [] } },
		{ execute_sql_component: { id: 'sql', name: 'sql', connection_id: 4, query: 'select 1' } },
	];
	const about = (id: string, message: string, errorClass = 'upstream') => {
		const component = Object.keys(components.find((each) => Object.values(each)[0]?.id === id) ?? {})[0] ?? '';
		const part = failedPart({ id, component, message, class: errorClass }, components as never, 7, 12);
		return matchPatterns([message]).flatMap(({ pattern }) => adviceOf(pattern, part) ?? []);
	};

	test.each([
		['in', 'the file has no column "rain"', 'discover_file_schema with connection_id 3, path "daily/$day.csv"'],
		['in', 'there is no file at daily/x.csv: no such key', 'discover_file_schema with connection_id 3'],
		['db', 'no such column: amount', 'discover_schema with connection_id 4, schema_name "sales", table "orders"'],
		['api', 'the record has no column "total"', 'discover_file_schema with connection_id 5, path "v1/orders"'],
		['api', 'the API answered 429 to request 3', 'lower requests_per_second (not set yet)'],
		['api', 'the API answered 401 to request 1', 'test_connection with connection_id 5'],
		['out', 'column "x" of relation "loaded" does not exist', 'add_missing_columns'],
		['out', 'duplicate key value violates unique constraint "k"', 'merge_update_insert with merge_keys'],
		['out', 'permission denied for table loaded', 'have whoever runs that system grant it'],
		['db', 'connect ECONNREFUSED 10.0.0.1:5432', 'test_connection with connection_id 4'],
		['sql', 'no such table: logs', 'discover_schema with connection_id 4'],
		['map', '"abc" is not an integer', 'set on_error of the component to skip, null_field or dead_letter'],
		['out', '"abc" is not an integer', 'set on_error of the component to skip or dead_letter'],
		['map', '3 bad rows, and max_errors allows 2', 'get_run_errors with run_id 7'],
	])('about %s: %j names the next call', (id, message, words) => {
		expect(about(id, message).join('\n')).toContain(words);
	});

	test('names tools that there are', () => {
		const said = ['auth', 'connection', 'timeout', 'schema', 'data', 'not_found', 'limit'].flatMap((pattern) =>
			components.map((each) => {
				const [component = ''] = Object.keys(each);
				return adviceOf(pattern, failedPart({ id: Object.values(each)[0]?.id ?? '', component, message: '', class: '' }, components as never, 7, 12)) ?? '';
			}),
		);
		const verbs = said.flatMap((text) => text.match(/\b(?:get|list|test|discover|retry|update|validate)_[a-z_]+\b/g) ?? []);
		expect(verbs.length).toBeGreaterThan(20);
		expect(verbs.filter((name) => !TOOLS.some((tool) => tool.name === name))).toEqual([]);
	});
});
