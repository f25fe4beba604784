import { describe, expect, inject, test, vi } from 'vitest';
import { headgate } from '../support/gateway-process.ts';

const { url, account, admin_token } = inject('gateway');
const admin = ['--url', url, '--admin-token', admin_token];
const WAIT = { timeout: 60_000, interval: 500 };

const hook = (verb: string, ...args: readonly string[]) => headgate(['hook', verb, ...args, '--account', account, ...admin]);
const create = (input: string, ...args: readonly string[]) => headgate(['hook', 'create', ...args, '--account', account, ...admin], { input });

describe('hooks from the command line', () => {
	test('are made with a destination that no argument shows, listed, tried and removed', async () => {
		const order = ['--kind', 'web', '--name', 'ops', '--events', 'run.failed,cluster.error'];
		const made = await create('https://hooks.invalid/x?key=hidden\n', ...order);
		expect(made).toMatchObject({ status: 0, stdout: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=\n$/) });
		const id = /^hook (\d+) made; its signing secret/.exec(made.stderr)?.[1] ?? '';
		const listed = await hook('list');
		expect(listed.stdout).toContain(`${id}\tweb\ton\tops\thttps://hooks.invalid/x\trun.failed,cluster.error\n`);
		expect(listed.stdout).not.toMatch(/whsec_|hidden/);
		expect(await hook('test', id)).toMatchObject({ status: 0, stdout: '' });
		await vi.waitFor(async () => {
			const { stdout } = await hook('deliveries', id);
			expect(stdout).toMatch(new RegExp(`\ttest\thook:${id}\tpending\t1\tthe receiver could not be reached\n$`));
		}, WAIT);
		expect(await hook('remove', id)).toMatchObject({ status: 0, stderr: `hook ${id} removed.\n` });
		expect(await hook('remove', id)).toMatchObject({ status: 1, stderr: expect.stringContaining(`hook ${id} not found`) });
	});

	test('are refused where the order is wrong, with what is valid', async () => {
		const wanted = ['--name', 'x', '--events', 'run.failed'];
		expect(await create('https://127.0.0.1/', '--kind', 'web', ...wanted)).toMatchObject({ status: 1, stdout: '' });
		const mail = await create('team@example.com', '--kind', 'email', ...wanted);
		expect([mail.status, mail.stderr]).toEqual([1, expect.stringContaining('HEADGATE_EMAIL_FROM')]);
		const event = await create('https://example.com/', '--kind', 'web', '--name', 'x', '--events', 'run.exploded');
		expect([event.status, event.stderr]).toEqual([1, expect.stringContaining('run.failed')]);
		expect(await hook('explode', '1')).toMatchObject({ status: 2, stderr: expect.stringContaining('there are: create, list, deliveries, test, remove') });
		expect(await hook('test', 'first')).toMatchObject({ status: 2, stderr: expect.stringContaining('"first" is no number') });
	});
});
