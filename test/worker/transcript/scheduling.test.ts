import { beforeAll, describe, expect } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { callTool } from '../../support/gateway.ts';
import { type Call, question } from './conversation.ts';
import { type Demo, demoAccount } from './demo-account.ts';

let demo: Demo;

beforeAll(async () => {
	await freshGateway();
	demo = await demoAccount();
	const schedule = (args: object) => callTool(demo.account, 'create_schedule', { start_at: '2099-01-01T00:00:00Z', ...args });
	for (const args of [
		{ package_id: demo.packages.weather, name: 'weather nightly', cron: '0 6 * * *' },
		{ package_id: demo.packages.airports, name: 'airports hourly', interval_amount: 1, interval_unit: 'hours' },
		{ package_id: demo.packages.strikes, name: 'strikes, paused', cron: '0 0 1 * *', enabled: false },
	])
		expect((await schedule(args)).structuredContent).toMatchObject({ changed: true });
});

const ask = (asked: string, tools: readonly string[], answer: (call: Call) => Promise<void>) => question(asked, tools, () => demo.account, answer);

interface Listed {
	readonly schedules: readonly { readonly id: number; readonly name: string; readonly package_id: number; readonly interval_unit: string | null }[];
}

describe('schedules', () => {
	ask('Which schedules are on, and which package runs most often?', ['list_schedules'], async (call) => {
		const { schedules } = await call<Listed>('list_schedules', { enabled: true });
		expect(schedules.map(({ name }) => name).sort()).toEqual(['airports hourly', 'weather nightly']);
		expect(schedules.find(({ interval_unit }) => interval_unit === 'hours')?.package_id).toBe(demo.packages.airports);
	});

	ask('Which schedules are switched off at present?', ['list_schedules'], async (call) => {
		expect(await call('list_schedules', { enabled: false })).toMatchObject({ schedules: [{ name: 'strikes, paused', next_run_at: null }] });
	});

	ask('When does the weather run next?', ['list_schedules', 'get_schedule'], async (call) => {
		const { schedules } = await call<Listed>('list_schedules', { package_id: demo.packages.weather });
		expect(await call('get_schedule', { schedule_id: schedules[0]?.id })).toMatchObject({
			cron: '0 6 * * *',
			next_run_at: expect.stringMatching(/^2099-01-01T06:00:00/),
		});
	});

	ask('Switch the strikes report on again', ['list_schedules', 'toggle_schedule'], async (call) => {
		const { schedules } = await call<Listed>('list_schedules', { enabled: false });
		expect(await call('toggle_schedule', { schedule_id: schedules[0]?.id, enabled: true })).toMatchObject({ changed: true, next_run_at: expect.any(String) });
	});
});
