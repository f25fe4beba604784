import { expect, inject, test } from 'vitest';
import { headgate } from '../support/gateway-process.ts';

const { url, account, token, mcp_url } = inject('gateway');
const target = ['--url', url, '--account', account, '--token', token];

async function call(name: string, given: Record<string, unknown>): Promise<Record<string, unknown>> {
	const response = await fetch(mcp_url, {
		method: 'POST',
		headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } }),
	});
	return ((await response.json()) as { result: { structuredContent: Record<string, unknown> } }).result.structuredContent;
}

/** A run of one nap. */
async function aRun(seconds: number): Promise<number> {
	const { package_id } = await call('create_package', {
		name: `naps ${crypto.randomUUID()}`,
		flow_type: 'workflow',
		components: [{ sleep_component: { id: 'nap', name: 'nap', seconds } }],
		edges: [],
	});
	return Number((await call('run_package', { package_id }))['run_id']);
}

test('a run is followed to its end, which the exit status tells, and its log is then printed the same', async () => {
	const run = String(await aRun(2));
	const followed = await headgate(['logs', run, '--follow', ...target]);
	expect(followed).toMatchObject({ status: 0, stderr: expect.stringContaining(`run ${run} has completed\n`) });
	expect(followed.stdout).toMatch(/^\d{4}-\d\d-\d\dT\S+Z INFO .*the run has completed\n$/ms);
	expect(await headgate(['logs', run, ...target])).toMatchObject({ status: 0, stdout: followed.stdout, stderr: '' });
});

test('a run that is stopped meanwhile ends the following with status 1', async () => {
	const run = await aRun(600);
	const following = headgate(['logs', String(run), '-f', ...target]);
	await call('cancel_job', { run_id: run });
	expect(await following).toMatchObject({
		status: 1,
		stderr: expect.stringContaining(`run ${run} was stopped\n`),
		stdout: expect.stringContaining('asked to stop'),
	});
});

test('a run that is not there, and one that is no number, are told', async () => {
	expect(await headgate(['logs', '4711', ...target])).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('run 4711 not found') });
	expect(await headgate(['logs', 'last', ...target])).toMatchObject({ status: 2, stderr: expect.stringContaining('"last" is no number of a run') });
});
