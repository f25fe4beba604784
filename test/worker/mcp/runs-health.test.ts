import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anAccount, callTool, type TestAccount } from '../../support/gateway.ts';

let account: TestAccount;

beforeEach(async () => {
	await freshGateway();
	account = await anAccount('acme');
});

const health = async (of: TestAccount, args: Record<string, unknown> = {}) => {
	const result = await callTool(of, 'get_system_health', args);
	expect(result.isError, result.content[0]?.text).not.toBe(true);
	return result.structuredContent;
};

/** A package that takes numbers below 2, run with one. */
async function run(n: number): Promise<{ package_id: number; run_id: number }> {
	const made = await callTool(account, 'create_package', {
		name: `checks ${n}`,
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			{ assert_component: { id: 'check', name: 'check', expression: 'n < 2', message: 'too large' } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [
			{ source: 'in', target: 'check' },
			{ source: 'check', target: 'out' },
		],
	});
	const package_id = Number(made.structuredContent?.['package_id']);
	const ended = await callTool(account, 'run_package', { package_id, payload: [{ n }], wait_seconds: 30 });
	const run_id = Number(ended.structuredContent?.['run_id']);
	await expect.poll(async () => env.DB.prepare('SELECT ended_at FROM runs WHERE id = ?').bind(run_id).first('ended_at')).not.toBeNull();
	return { package_id, run_id };
}

describe('get_system_health', () => {
	test('of an account where nothing fails is ok', async () => {
		await run(1);
		expect(await health(account)).toMatchObject({
			status: 'ok',
			runs: { runs: 1, completed: 1, failed: 0, failure_rate: 0, records: 1, bad_records: 0 },
			failing_packages_count: 0,
			failing_packages: [],
			failing_connections: [],
			queue_depth: 0,
			clusters: [{ running: expect.any(Number), queued: 0 }],
		});
	});

	test('names the packages whose last run failed and the connections that failed their check, of this account only', async () => {
		await run(1);
		const failed = await run(5);
		await env.DB.prepare("UPDATE connections SET status = 'failed', last_check_message = 'refused' WHERE id = 1").run();
		expect(await health(account)).toMatchObject({
			status: 'failing',
			runs: { runs: 2, completed: 1, failed: 1, failure_rate: 0.5 },
			failing_packages_count: 1,
			failing_packages: [{ ...failed, name: 'checks 5', last_error: expect.stringContaining('too large') }],
			failing_connections: [{ connection_id: 1, message: 'refused' }],
		});
		expect(await health(await anAccount('other'))).toMatchObject({ status: 'ok', runs: { runs: 0 }, failing_packages: [], failing_connections: [] });
	});

	test('counts runs of its window only, while a package that failed before it stays failing', async () => {
		await run(5);
		await env.DB.batch(['UPDATE runs SET submitted_at = submitted_at - 7200000', 'UPDATE run_hours SET hour = hour - 2'].map((sql) => env.DB.prepare(sql)));
		expect(await health(account, { window_hours: 1 })).toMatchObject({ runs: { runs: 0, failure_rate: null }, failing_packages_count: 1 });
		expect(await health(account, { window_hours: 3 })).toMatchObject({ runs: { runs: 1, failed: 1 } });
	});
});
