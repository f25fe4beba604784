import { describe, expect, test } from 'vitest';
import { openExecution } from '../../../src/engine/execution.ts';
import type { SliceBudget } from '../../../src/engine/ports.ts';
import { linkedNext } from '../../../src/engine/scan/pagination.ts';
import { AppError } from '../../../src/lib/errors.ts';
import type { HttpDestination, HttpSource, Pagination } from '../../../src/plan/endpoints.ts';
import type { OnError } from '../../../src/plan/plan.ts';
import { MemoryApi } from './support/http-api.ts';
import { aNode, aPlan, payload, result } from './support/plans.ts';
import { PLENTY, run } from './support/run.ts';
import { memoryStorage } from './support/run-storage.ts';
import { VARIANTS } from './support/variants.ts';

function plan(pagination: Pagination, more: Partial<HttpSource> = {}) {
	const source: HttpSource = {
		kind: 'http',
		connection: 3,
		request: { path: 'items', method: 'GET', headers: {}, query: { sort: 'id' }, body: null },
		pagination,
		responseType: 'json',
		baseRecord: '$.data',
		sleepMs: 0,
		maxRequests: null,
		requestsPerSecond: null,
		fields: [{ source: 'id', name: 'id', type: { kind: 'integer' }, format: null }],
		...more,
	};
	return aPlan([aNode('api', { kind: 'scan', source }, [], 'id integer'), result('out', 'api', 'id integer')]);
}

const PAGES = [[1, 2], [3, 4], [5]];
const items = (ids: readonly number[]) => ids.map((id) => ({ id }));

/** Three pages, asked for in each of the ways there are. */
const schemes: { name: string; pagination: Pagination; answer: ConstructorParameters<typeof MemoryApi>[0] }[] = [
	{
		name: 'page numbers',
		pagination: { scheme: 'page', pageParam: 'p', firstPage: 1, sizeParam: 'n', size: 2 },
		answer: ({ query }) => Response.json({ data: items(PAGES[Number(query['p']) - 1] ?? []) }),
	},
	{
		name: 'page numbers from 0',
		pagination: { scheme: 'page', pageParam: 'p', firstPage: 0, sizeParam: 'n', size: 2 },
		answer: ({ query }) => Response.json({ data: items(PAGES[Number(query['p'])] ?? []) }),
	},
	{
		name: 'offsets',
		pagination: { scheme: 'offset', offsetParam: 'o', sizeParam: 'n', size: 2 },
		answer: ({ query }) => Response.json({ data: items([1, 2, 3, 4, 5].slice(Number(query['o']), Number(query['o']) + Number(query['n']))) }),
	},
	{
		name: 'cursors',
		pagination: { scheme: 'cursor', cursorPath: '$.meta.next', cursorParam: 'c' },
		answer: ({ query }) =>
			Response.json({ data: items(PAGES[Number(query['c'] ?? 0)] ?? []), meta: { next: Number(query['c'] ?? 0) < 2 ? Number(query['c'] ?? 0) + 1 : null } }),
	},
	{
		name: 'cursors that are 0 at the end',
		pagination: { scheme: 'cursor', cursorPath: '$.next', cursorParam: 'c' },
		answer: ({ query }) => Response.json({ data: items(PAGES[Number(query['c'] ?? 0)] ?? []), next: (Number(query['c'] ?? 0) + 1) % PAGES.length }),
	},
	{
		name: 'cursors that are addresses',
		pagination: { scheme: 'cursor', cursorPath: '$.next', cursorParam: 'c' },
		answer: ({ path }) =>
			Response.json({
				data: items(PAGES[Number(path.slice(-1)) || 0] ?? []),
				next: path.endsWith('2') ? '' : `https://api.test/items/${(Number(path.slice(-1)) || 0) + 1}`,
			}),
	},
	{
		name: 'Link headers',
		pagination: { scheme: 'link_header' },
		answer: ({ path }) =>
			Response.json(
				{ data: items(PAGES[Number(path.slice(-1)) || 0] ?? []) },
				path.endsWith('2') ? {} : { headers: { Link: `</first>; rel="first", </items/${(Number(path.slice(-1)) || 0) + 1}>; rel="next"` } },
			),
	},
	{
		name: 'found out',
		pagination: { scheme: 'auto' },
		answer: ({ path }) =>
			Response.json({
				data: items(PAGES[Number(path.slice(-1)) || 0] ?? []),
				links: { next: path.endsWith('2') ? null : `/items/${(Number(path.slice(-1)) || 0) + 1}` },
			}),
	},
];

describe.each(Object.entries(VARIANTS))('%s', (_, variant) => {
	test.each(schemes)('all pages are read: $name', async ({ pagination, answer }) => {
		const api = new MemoryApi(answer);
		const { rows } = await run(plan(pagination), { ...variant, connections: { 3: api } });
		expect(rows()).toEqual(items([1, 2, 3, 4, 5]));
	});
});

test('an API that does not page as it was told is noticed instead of read for ever', async () => {
	const api = new MemoryApi(() => Response.json({ data: [{ id: 1 }] }));
	const { outcome } = await run(plan({ scheme: 'page', pageParam: 'page', firstPage: 1, sizeParam: 'limit', size: null }), { connections: { 3: api } });
	expect(outcome).toMatchObject({ state: 'failed', failures: [{ component: 'api', message: expect.stringContaining('the parameter page') }] });
	expect(api.sent).toHaveLength(2);
	const circle = new MemoryApi((_, number) => Response.json({ data: [{ id: 1 }], next: `c${number % 3}` }));
	const turned = await run(plan({ scheme: 'cursor', cursorPath: '$.next', cursorParam: 'c' }), { connections: { 3: circle } });
	expect(turned.outcome).toMatchObject({ state: 'failed', failures: [{ message: expect.stringContaining('the pages go in a circle: c') }] });
	expect(circle.sent.length).toBeLessThan(10);
});

test('no more requests than allowed, with a pause between them', async () => {
	const api = new MemoryApi((_, number) => Response.json({ data: [{ id: number }] }));
	const { rows, log } = await run(plan({ scheme: 'offset', offsetParam: 'o', sizeParam: 'n', size: 1 }, { maxRequests: 3, sleepMs: 1000 }), {
		connections: { 3: api },
	});
	expect(rows()).toEqual(items([1, 2, 3]));
	expect(log.join()).toContain('stopped after 3 requests');
});

test('a passing fault is tried again, a lasting one ends the run with what was said', async () => {
	const passing = new MemoryApi((_, number) => {
		if (number < 3) throw new AppError('upstream', 'busy', { retryable: true, details: { retry_after_ms: 60_000 } });
		return Response.json({ data: [{ id: 1 }] });
	});
	const { rows, log } = await run(plan({ scheme: 'none' }), { connections: { 3: passing } });
	expect(rows()).toEqual([{ id: 1 }]);
	expect(log.join()).toContain('busy; trying again (2 of 8)');
	const missing = new MemoryApi(() => new Response('no such list', { status: 404 }));
	expect((await run(plan({ scheme: 'none' }), { connections: { 3: missing } })).outcome).toMatchObject({
		failures: [{ class: 'upstream', message: 'the API answered 404 to request 1: no such list' }],
	});
	const gone = new MemoryApi(() => {
		throw new AppError('upstream', 'down', { retryable: true });
	});
	expect((await run(plan({ scheme: 'none' }), { connections: { 3: gone } })).outcome).toMatchObject({ state: 'failed', failures: [{ message: 'down' }] });
	expect(gone.sent).toHaveLength(9);
});

describe('a slow API', () => {
	const pages = { scheme: 'page', pageParam: 'p', firstPage: 0, sizeParam: 'n', size: null } as const;
	function slow(budget: Partial<SliceBudget>, afterPage: () => void = () => undefined, headers: Record<string, string> = {}) {
		let now = 0;
		const api = new MemoryApi(({ query }) => {
			now += 1000;
			afterPage();
			return Response.json({ data: items(PAGES[Number(query['p'])] ?? []) }, { headers });
		});
		const storage = memoryStorage();
		const ports = {
			storage,
			connection: async () => api,
			log: () => undefined,
			now: () => now,
			redact: (text: string) => text,
			keepBadRecords: async () => undefined,
		};
		const execution = openExecution({ runId: 7, accountId: 1, plan: plan(pages), payload: null }, ports);
		return { api, slice: () => execution.slice({ ...PLENTY, ...budget }), records: () => execution.progress()[0]?.rowsIn };
	}

	test('does not keep a slice open: what was read is kept after the time that a slice may wait', async () => {
		const { api, slice } = slow({ milliseconds: 2000 });
		expect(await slice()).toMatchObject({ state: 'more' });
		expect(api.sent).toHaveLength(2);
		expect(await slice()).toMatchObject({ state: 'more' });
		expect(await slice()).toMatchObject({ state: 'completed', outputs: [{ records: 5 }] });
		expect(api.sent).toHaveLength(4);
	});

	test.each([
		[{ 'X-Total-Count': '5' }, [0.36, 0.72]],
		[{ 'Content-Range': 'items 0-1/10' }, [0.18, 0.36]],
		[{}, [0, 0]],
	])('tells how far it is by the records that came, where it says how many there are: %j', async (headers, expected) => {
		const { slice, records } = slow({ milliseconds: 1000 }, () => undefined, headers);
		const told = [];
		for (let page = 1; page <= 2; page++) {
			const outcome = await slice();
			told.push(outcome.state === 'more' ? Math.round(outcome.progress * 100) / 100 : outcome.state);
			expect(records()).toBe(page * 2);
		}
		expect(told).toEqual(expected);
	});

	test('is not asked again, and nothing is committed, once the run was asked to stop', async () => {
		let halted = false;
		const early = slow({ halted: () => halted }, () => {
			halted = true;
		});
		expect(await early.slice()).toMatchObject({ state: 'more' });
		expect(early.api.sent).toHaveLength(1);
		halted = false;
		const late = slow({ halted: () => halted }, () => {
			halted = late.api.sent.length === 4;
		});
		expect(await late.slice()).toMatchObject({ state: 'more' });
		expect(late.api.sent).toHaveLength(4);
	});
});

test('the next page is found in a Link header among others', () => {
	expect(linkedNext('<https://a.test/1>; rel="prev", <https://a.test/3>; title="x, y"; rel="last next"')).toBe('https://a.test/3');
	expect(linkedNext('<https://a.test/3>; rel=next')).toBe('https://a.test/3');
	expect(linkedNext('<https://a.test/3>; rel="nextish"')).toBeNull();
	expect(linkedNext(null)).toBeNull();
});

function sinkPlan(more: Partial<HttpDestination>, onError: OnError = 'fail') {
	const destination: HttpDestination = {
		kind: 'http',
		connection: 3,
		request: { path: 'things', method: 'POST', headers: { 'X-A': 'b' }, query: {} },
		bodyTemplate: null,
		batchSize: 1,
		requestsPerSecond: null,
		keepFailed: true,
		...more,
	};
	return aPlan([
		payload('in', 'id integer, name string'),
		aNode('out', { kind: 'sink', destination }, ['in'], 'id integer, name string', onError),
		result('dead', 'out:dead_letter', 'id integer, name string'),
	]);
}

const THINGS = [
	{ id: 1, name: 'a "b"' },
	{ id: 2, name: null },
	{ id: 3, name: '../c' },
];

test('rows are sent one by one from a template, their values escaped for where they stand', async () => {
	const api = new MemoryApi(() => new Response(null, { status: 201 }));
	const request = { path: 'things/#{id}?name=#{name}', method: 'PUT', headers: { 'X-Name': 'is #{name}' }, query: {} };
	const { outcome } = await run(sinkPlan({ request, bodyTemplate: '{"n": "#{name}", "t": "a \\" #{name}", "i": #{id}, "#{name}" : 0, "o": #{name}}' }), {
		payload: THINGS,
		connections: { 3: api },
	});
	expect(outcome.outputs[0]).toMatchObject({ records: 3 });
	expect(api.sent.map(({ path, headers, body }) => [path, headers['X-Name'], body])).toEqual([
		['things/1?name=a%20%22b%22', 'is a "b"', '{"n": "a \\"b\\"", "t": "a \\" a \\"b\\"", "i": 1, "a \\"b\\"" : 0, "o": a \\"b\\"}'],
		['things/2?name=', 'is ', '{"n": null, "t": "a \\" ", "i": 2, "" : 0, "o": null}'],
		['things/3?name=%2E%2E%2Fc', 'is ../c', '{"n": "../c", "t": "a \\" ../c", "i": 3, "../c" : 0, "o": ../c}'],
	]);
});

test('a value that would climb the path is a bad row, and nothing is sent for it', async () => {
	const api = new MemoryApi(() => new Response(null, { status: 204 }));
	const request = { path: 'things/#{name}', method: 'DELETE', headers: {}, query: {} };
	const names = ['..', '.', '...', 'a..', '%2e%2e', null, '', 'half \ud83d'];
	const { rows } = await run(sinkPlan({ request }, 'dead_letter'), { payload: names.map((name, id) => ({ id, name })), connections: { 3: api } });
	expect(api.sent.map(({ path }) => path)).toEqual(['things/%2E%2E%2E', 'things/a%2E%2E', 'things/%252e%252e']);
	expect(api.sent.map(({ path }) => new URL(path, 'https://api.test/v1/').pathname)).toEqual([
		'/v1/things/%2E%2E%2E',
		'/v1/things/a%2E%2E',
		'/v1/things/%252e%252e',
	]);
	expect(rows('dead')).toMatchObject([
		{ id: 0, _error_class: 'invalid_path' },
		{ id: 1, _error_class: 'invalid_path' },
		{ id: 5, _error_class: 'invalid_path', _error_message: 'name has no value, and a piece of the path would be missing' },
		{ id: 6, _error_class: 'invalid_path' },
		{ id: 7, _error_class: 'invalid_path', _error_message: 'name ends or begins in half a character, which no address can hold' },
	]);
	const header = sinkPlan({ request: { path: 'things', method: 'POST', headers: { 'X-Name': '#{name}' }, query: {} } }, 'dead_letter');
	const split = await run(header, { payload: ['a\r\nX-Evil: b', 'smile 😀', 'Zoë'].map((name, id) => ({ id, name })), connections: { 3: api } });
	expect(split.rows('dead')).toMatchObject([
		{ id: 0, _error_class: 'invalid_header' },
		{ id: 1, _error_class: 'invalid_header' },
	]);
});

test('several rows a request are a list; each request has a key of its own that a restart repeats', async () => {
	const api = new MemoryApi(() => new Response(null, { status: 200 }));
	await run(sinkPlan({ batchSize: 2 }), { payload: THINGS, connections: { 3: api }, budget: { bytes: 1, batches: 1 }, reopen: true });
	const bodies = new Map(api.sent.map(({ headers, body }) => [headers['Idempotency-Key'], body]));
	expect([...bodies]).toEqual([
		['7-out-0', '[{"id":1,"name":"a \\"b\\""},{"id":2,"name":null}]'],
		['7-out-1', '[{"id":3,"name":"../c"}]'],
	]);
});

test('refused rows are bad rows; requests keep to their rate', async () => {
	const api = new MemoryApi(({ body }) => (body?.includes('"id":2') ? new Response('no name', { status: 422 }) : new Response(null, { status: 200 })));
	const { rows, outcome, badRecords } = await run(sinkPlan({ requestsPerSecond: 0.5 }, 'dead_letter'), { payload: THINGS, connections: { 3: api } });
	expect(rows('dead')).toMatchObject([{ id: 2, _row_number: 2, _error_message: 'the API answered 422: no name' }]);
	expect(outcome.outputs[0]).toMatchObject({ records: 2 });
	expect(badRecords).toHaveLength(1);
	expect((await run(sinkPlan({ keepFailed: false }, 'skip'), { payload: THINGS, connections: { 3: api } })).badRecords).toEqual([]);
});
