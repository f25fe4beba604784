import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession, type Session } from '../../src/cli/embedded/session.ts';
import { NODE } from '../support/gateway-process.ts';
import { bearerProxy } from './bearer-proxy.ts';

const SUITE = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js');

let state: string;
let gateway: Session;
let proxy: Awaited<ReturnType<typeof bearerProxy>>;

beforeAll(async () => {
	state = await mkdtemp(join(tmpdir(), 'headgate-conformance-'));
	gateway = await openSession({ state, host: '127.0.0.1', port: 0, entry: 'test/conformance/fixture/worker.ts', log: () => {} });
	proxy = await bearerProxy(gateway.url, gateway.token);
});

afterAll(async () => {
	await proxy.stop();
	await gateway.close();
	await rm(state, { recursive: true, force: true });
});

interface Scenario {
	readonly name: string;
	readonly passed: number;
	readonly failed: number;
}

/** Runs the suite of the protocol's own project over one revision's requirements: its status, and every scenario it ran. */
async function requirements(revision: string): Promise<{ status: number | null; scenarios: readonly Scenario[]; output: string }> {
	const child = spawn(NODE, [SUITE, 'server', '--url', `${proxy.url}/mcp`, '--requirements', revision], { stdio: ['ignore', 'pipe', 'pipe'] });
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => {
			output += chunk.toString();
		});
	}
	const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
	const scenarios = [...output.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm)].map(([, name = '', passed, failed]) => ({
		name,
		passed: Number(passed),
		failed: Number(failed),
	}));
	return { status, scenarios, output };
}

const failing = (scenarios: readonly Scenario[]): readonly Scenario[] => scenarios.filter(({ failed }) => failed > 0);
const checks = (scenarios: readonly Scenario[]): number => scenarios.reduce((sum, { passed }) => sum + passed, 0);
const names = (scenarios: readonly Scenario[]): readonly string[] => scenarios.map(({ name }) => name);

/** Scenarios of 2025 in which the server asks the client, which takes a session. */
const SESSIONFUL = ['tools-call-sampling', 'tools-call-elicitation', 'elicitation-sep1034-defaults', 'elicitation-sep1330-enums'];

describe('the conformance suite finds nothing wrong', () => {
	test('with what 2026-07-28 requires, nor with tasks', async () => {
		const { status, scenarios, output } = await requirements('2026-07-28');
		expect([status, failing(scenarios)], output).toEqual([0, []]);
		expect(scenarios.length).toBe(50);
		expect(checks(scenarios)).toBeGreaterThanOrEqual(196);
		expect(names(scenarios).filter((name) => name.startsWith('tasks-')).length).toBe(10);
	});

	test('with what 2025-11-25 requires, the client being asked included', async () => {
		const { status, scenarios, output } = await requirements('2025-11-25');
		expect([status, failing(scenarios)], output).toEqual([0, []]);
		expect(scenarios.length).toBe(33);
		expect(checks(scenarios)).toBeGreaterThanOrEqual(77);
		expect(names(scenarios)).toEqual(expect.arrayContaining(SESSIONFUL));
	});
});
