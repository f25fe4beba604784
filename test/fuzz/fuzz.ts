import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { fuzz } from './run.ts';
import { worldOf } from './world.ts';

const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const state = await mkdtemp(join(tmpdir(), 'headgate-fuzz-'));
const gateway = await startGatewayProcess(state);
try {
	const outcome = await fuzz(gateway.ready.url, await worldOf(gateway.ready), Number(values.count), Number(values.seed), say);
	process.stdout.write(`${JSON.stringify(outcome, null, '\t')}\n`);
	const alive = await fetch(`${gateway.ready.url}/healthz`).then(
		({ ok }) => ok,
		() => false,
	);
	process.stdout.write(`${outcome.complaints.length} complaints; the gateway ${alive ? 'still serves' : 'no longer serves'}\n`);
	process.exitCode = outcome.complaints.length === 0 && alive ? 0 : 1;
} finally {
	await gateway.end('SIGTERM');
	await rm(state, { recursive: true, force: true });
}
