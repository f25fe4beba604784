import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { launchChromium } from '../support/browser.ts';
import { gatewayOf, openApp, type ToolAnswer } from './app-host.ts';
import { accessibilityFaults, picture, withPerson } from './person.ts';

const gateway = gatewayOf(inject('gateway'));
const HOSTILE = '<img src=x onerror=alert(1)>';
let browser: Browser;
let packageId: number;
let database: number;

const created = async (definition: object) => Number((await gateway.call('create_package', definition)).structuredContent['package_id']);

const FIELDS = [
	{ name: 'id', type: 'integer' },
	{ name: 'customer', type: 'string' },
	{ name: 'amount', type: 'decimal(10,2)' },
	{ name: 'placed', type: 'date' },
];
const ORDERS = [
	{ id: 10, customer: 'Ann', amount: '12.50', placed: '2026-11-01' },
	{ id: 9, customer: HOSTILE, amount: '7.00', placed: null },
	{ id: 8, customer: null, amount: null, placed: '2026-11-03' },
];

/** Two branches, a long edge past them, a table and an answer; one component is called what no page should draw. */
const GRAPH = {
	name: `Orders ${HOSTILE}`,
	description: 'Orders with their customers, the large ones apart.',
	flow_type: 'dataflow',
	components: [
		{ payload_source_component: { id: 'orders', name: 'orders', fields: FIELDS } },
		{ filter_component: { id: 'large', name: 'large ones', expression: 'amount > 10' } },
		{ sort_component: { id: 'ranked', name: 'dearest first', keys: [{ field: 'amount', direction: 'desc' }] } },
		{ result_destination_component: { id: 'shown', name: 'shown to the asker' } },
	],
	edges: [
		{ source: 'orders', target: 'large' },
		{ source: 'large', target: 'ranked' },
		{ source: 'ranked', target: 'shown' },
	],
};

beforeAll(async () => {
	browser = await launchChromium();
	const { connections } = (await gateway.call('list_connections')).structuredContent as { connections: { id: number; type: string }[] };
	database = connections.find(({ type }) => type === 'sqlite')?.id ?? 0;
	const table = {
		database_destination_component: { id: 'table', name: HOSTILE, connection_id: database, table: 'app_orders', operation: 'truncate_and_insert' },
	};
	packageId = await created({ ...GRAPH, components: [...GRAPH.components, table], edges: [...GRAPH.edges, { source: 'orders', target: 'table' }] });
	const run = await gateway.call('run_package', { package_id: packageId, payload: ORDERS, wait_seconds: 50 });
	expect(run.structuredContent['status'], run.content[0]?.text).toBe('completed');
});
afterAll(() => browser.close());

const background = (frame: Frame) => frame.evaluate('getComputedStyle(document.body).backgroundColor');
const changeContext = (page: Page, context: object) => page.evaluate(`bridge.setHostContext(${JSON.stringify(context)})`);

/** No fault that axe can find and no sideways scrolling, light and dark; nothing was asked of the network; nothing became markup. */
async function isSound(page: Page, { frame, requests }: { frame: Frame; requests: readonly string[] }, name: string): Promise<void> {
	const colours: unknown[] = [];
	for (const theme of ['light', 'dark']) {
		await changeContext(page, { theme });
		await frame.locator(`html[data-theme=${theme}]`).waitFor();
		colours.push(await background(frame));
		expect({ name, theme, faults: await accessibilityFaults(frame) }).toEqual({ name, theme, faults: [] });
		await picture(page.locator('iframe'), `app-${name}${theme === 'dark' ? '-dark' : ''}`);
	}
	expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(20, 24, 31)']);
	expect(await frame.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
	expect([requests, await frame.locator('img').count()]).toEqual([[], 0]);
}

/** The height the host was told last is the height of the whole view. */
async function hostFits(page: Page, frame: Frame): Promise<void> {
	const height = await frame.evaluate('Math.ceil(document.documentElement.getBoundingClientRect().height)');
	await page.waitForFunction(`heights.at(-1) === ${Number(height)}`);
}

describe('the package graph', () => {
	test('draws what get_package answered, fetches the graph through the host, and marks the last run', async () => {
		await withPerson(browser, inject('gateway'), async (page) => {
			const alerts: string[] = [];
			page.on('dialog', (dialog) => void dialog.dismiss().then(() => alerts.push(dialog.message())));
			const view = await openApp(page, gateway, 'get_package', { package_id: packageId });
			const { frame } = view;
			await frame.getByText('Marked with the states of run').waitFor();
			expect(view.calls).toEqual(['get_package', 'get_run']);
			expect(await frame.getByRole('heading', { level: 1 }).textContent()).toBe(`Orders ${HOSTILE}`);
			expect(
				await frame.getByRole('button').evaluateAll((nodes: { getAttribute(name: string): string }[]) => nodes.map((node) => node.getAttribute('aria-label'))),
			).toEqual([
				`orders, payload source, done, before large ones and ${HOSTILE}`,
				'large ones, filter, done, after orders, before dearest first',
				'dearest first, sort, done, after large ones, before shown to the asker',
				'shown to the asker, result destination, done, after dearest first',
				`${HOSTILE}, database destination, done, after orders`,
			]);
			expect(await frame.locator('g.edge').count()).toBe(4);
			await isSound(page, view, 'package-graph');
			await hostFits(page, frame);
			expect(alerts).toEqual([]);
		});
	});

	test('is walked with the keyboard alone: along the edges, within a layer, and what is chosen is told', async () => {
		await withPerson(browser, inject('gateway'), async (page) => {
			const { frame } = await openApp(page, gateway, 'get_package', { package_id: packageId, include_full_graph: true });
			await frame.getByText('Marked with the states of run').waitFor();
			const chosen = frame.getByRole('region', { name: 'Chosen component' }).getByRole('heading');
			const seen: (string | null)[] = [];
			await frame.getByRole('button', { name: /^orders/ }).focus();
			for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'End', 'Home']) {
				await page.keyboard.press(key);
				seen.push((await chosen.textContent())?.replace(/[✓] done$/, '') ?? null);
			}
			expect(seen).toEqual(['large ones', 'dearest first', 'large ones', HOSTILE, 'large ones', HOSTILE, 'orders']);
			expect(await frame.locator('[tabindex="0"][role=button]').count()).toBe(1);
			await frame.getByRole('button', { name: /^large ones/ }).click();
			await frame.getByText('amount > 10', { exact: true }).waitFor();
			await frame.getByText('3 in, 1 out, 0 bad').waitFor();
		});
	});

	test('turns its layers when the host makes it narrow, and says what it can where the host passes no calls on', async () => {
		await withPerson(browser, inject('gateway'), async (page) => {
			const { frame } = await openApp(page, gateway, 'get_package', { package_id: packageId, include_full_graph: true }, { passesCalls: false });
			await frame.getByRole('button').first().waitFor();
			const wider = () => frame.evaluate("(() => { const { width, height } = document.querySelector('svg').viewBox.baseVal; return width > height; })()");
			expect(await wider()).toBe(true);
			await page.setViewportSize({ width: 380, height: 700 });
			await expect.poll(wider).toBe(false);
			await hostFits(page, frame);
			await picture(page.locator('iframe'), 'app-package-graph-narrow');
		});
		await withPerson(browser, inject('gateway'), async (page) => {
			const { frame, calls } = await openApp(page, gateway, 'get_package', { package_id: packageId }, { passesCalls: false });
			expect(await frame.getByRole('listitem').allTextContents()).toContain('1 × database destination');
			expect(calls).toEqual([]);
		});
	});
});

describe('the run timeline', () => {
	test('follows a run that run_package has just started to its end', async () => {
		await withPerson(browser, inject('gateway'), async (page) => {
			const view = await openApp(page, gateway, 'run_package', { package_id: packageId, payload: ORDERS });
			const { frame, calls } = view;
			await frame.getByRole('status').getByText('completed').waitFor();
			await frame.getByRole('region', { name: 'Components' }).waitFor();
			expect(new Set(calls)).toEqual(new Set(['get_run']));
			const rows = await frame.getByRole('region', { name: 'Components' }).getByRole('row').allTextContents();
			expect(rows).toEqual([
				'ComponentStateRows inRows outBad',
				'orderspayload source✓ done330',
				'large onesfilter✓ done310',
				`${HOSTILE}database destination✓ done300`,
				'dearest firstsort✓ done110',
				'shown to the askerresult destination✓ done100',
			]);
			expect(await frame.getByRole('region', { name: 'Outputs' }).getByRole('row').count()).toBe(3);
			await isSound(page, view, 'run-timeline');
			await hostFits(page, frame);
		});
	});

	test('shows what a run would be that was only tried, and looks for none', async () => {
		await withPerson(browser, inject('gateway'), async (page) => {
			const variables = { region: HOSTILE, least: 10, key: { type: 'string', secret: true, default: 'S3cret-of-the-app' } };
			const package_id = await created({ ...GRAPH, name: 'Tried', variables });
			const view = await openApp(page, gateway, 'run_package', { package_id, payload: ORDERS, dry_run: true });
			const { frame } = view;
			await frame.getByRole('status').getByText('nothing started').waitFor();
			expect(await frame.getByRole('heading', { level: 1 }).textContent()).toBe(`Package ${package_id}`);
			const listed = (name: string) => frame.getByRole('list', { name }).getByRole('listitem').allTextContents();
			expect(await listed('Would read')).toEqual(['orders: the rows it is given']);
			expect(await listed('Would write')).toEqual(['shown to the asker: rows in the result']);
			const values = await frame.getByRole('region', { name: 'Variables' }).getByRole('row').allTextContents();
			expect(values.slice(1)).toEqual(expect.arrayContaining([`region${HOSTILE}`, 'least10', expect.stringMatching(/^key(?!.*S3cret)/)]));
			await frame.getByText('The same call without dry_run starts it').waitFor();
			expect([view.calls, await frame.getByText('undefined').count()]).toEqual([[], 0]);
			await isSound(page, view, 'run-timeline-tried');
			await hostFits(page, frame);
		});
	});

	test('shows why a run failed: the component, the row, the value, and what to do', async () => {
		const failing = await created({
			...GRAPH,
			name: 'Fails',
			components: [
				GRAPH.components[0],
				{ assert_component: { id: 'sane', name: `sane ${HOSTILE}`, expression: 'amount is not null', message: 'an order has an amount' } },
				{ result_destination_component: { id: 'shown', name: 'shown' } },
			],
			edges: [
				{ source: 'orders', target: 'sane' },
				{ source: 'sane', target: 'shown' },
			],
		});
		const run = await gateway.call('run_package', { package_id: failing, payload: ORDERS, wait_seconds: 50 });
		expect(run.structuredContent['status'], run.content[0]?.text).toBe('failed');
		await withPerson(browser, inject('gateway'), async (page) => {
			const view = await openApp(page, gateway, 'get_run', { run_id: run.structuredContent['run_id'] });
			const [error] = (run.structuredContent['errors'] ?? []) as { message: string; hint: string }[];
			await view.frame.getByRole('heading', { name: `sane ${HOSTILE}` }).waitFor();
			await view.frame
				.getByText(error?.message ?? 'no message')
				.first()
				.waitFor();
			await view.frame
				.getByText(error?.hint ?? 'no hint')
				.first()
				.waitFor();
			expect(view.calls).toEqual([]);
			await isSound(page, view, 'run-timeline-failed');
		});
	});
});

describe('the data preview', () => {
	test('shows the columns with their types, nulls as nulls, and hostile values as the text they are', async () => {
		await withPerson(browser, inject('gateway'), async (page) => {
			const alerts: string[] = [];
			page.on('dialog', (dialog) => void dialog.dismiss().then(() => alerts.push(dialog.message())));
			const view = await openApp(page, gateway, 'preview_data', { connection_id: database, table: 'app_orders', row_count: 3 });
			const { frame } = view;
			await frame.getByText('All 3 rows. 4 columns.').waitFor();
			const cells = async () => Promise.all((await frame.getByRole('row').all()).slice(1).map((row) => row.getByRole('cell').allTextContents()));
			const [ann, hostile, nobody] = await cells();
			expect([ann?.slice(0, 2), hostile?.slice(0, 2), nobody?.slice(0, 2)]).toEqual([
				['10', 'Ann'],
				['9', HOSTILE],
				['8', 'null'],
			]);
			await isSound(page, view, 'data-preview');
			await hostFits(page, frame);
			await frame.getByRole('button', { name: 'id' }).click();
			await frame.locator('th[aria-sort=ascending]').waitFor();
			expect((await cells()).map(([id]) => id)).toEqual(['8', '9', '10']);
			await page.keyboard.press('Enter');
			await frame.locator('th[aria-sort=descending]').waitFor();
			expect([(await cells()).map(([id]) => id), alerts]).toEqual([['10', '9', '8'], []]);
		});
	});

	test('says that there is more, and shows an error in its own words, markup and all', async () => {
		await withPerson(browser, inject('gateway'), async (page) => {
			const { frame } = await openApp(page, gateway, 'preview_data', { connection_id: database, table: 'app_orders', row_count: 2 });
			await frame.getByText('The first 2 rows; there are more.').waitFor();
			const result: ToolAnswer = { isError: true, content: [{ type: 'text', text: `no table ${HOSTILE}` }], structuredContent: {} };
			await page.evaluate(`bridge.sendToolResult(${JSON.stringify(result)})`);
			expect(await frame.getByRole('alert').textContent()).toBe(`no table ${HOSTILE}`);
			await page.evaluate("bridge.sendToolCancelled({ reason: 'asked to' })");
			await frame.getByText('The call was cancelled: asked to.').waitFor();
			expect(await frame.locator('img').count()).toBe(0);
			await page.evaluate('bridge.teardownResource({})');
		});
	});
});

test('a message that does not come from the host changes nothing', async () => {
	await withPerson(browser, inject('gateway'), async (page) => {
		const { frame } = await openApp(page, gateway, 'preview_data', { connection_id: database, table: 'app_orders' });
		await frame.getByText('All 3 rows.').waitFor();
		const forged = { jsonrpc: '2.0', method: 'ui/notifications/tool-result', params: { isError: true, content: [{ type: 'text', text: 'forged' }] } };
		await frame.evaluate(`postMessage(${JSON.stringify(forged)}, '*')`);
		// The host's word comes later than the forged one, and so shows that that was read.
		await changeContext(page, { theme: 'dark' });
		await frame.locator('html[data-theme=dark]').waitFor();
		expect(await frame.getByText('forged').count()).toBe(0);
	});
});

test('each app is less than 25 KB and runs and loads nothing but itself', async () => {
	await withPerson(browser, inject('gateway'), async (page) => {
		const { frame, html, requests } = await openApp(page, gateway, 'get_package', { package_id: packageId });
		expect(html.length).toBeLessThan(25_000);
		await frame.getByText('Marked with the states of run').waitFor();
		await frame.evaluate(
			`document.querySelector('main').innerHTML = ${JSON.stringify('<img src=https://evil.example/x onerror="document.title=1"><b onclick="document.title=1">x</b>')}`,
		);
		await frame.locator('b').click();
		expect([await frame.title(), requests]).toEqual(['Package graph', []]);
	});
});
