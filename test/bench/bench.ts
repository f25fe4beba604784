import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSession } from '../../src/cli/embedded/session.ts';
import { benchAuthorization } from './authorization.ts';
import { benchEngine } from './engine.ts';
import { benchGateway } from './gateway/workloads.ts';
import { asJson, asText } from './report.ts';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
const session = await openSession({ state: join(folder, 'engine'), host: '127.0.0.1', port: 0, log: () => {} });
try {
	const workloads = [...(await benchGateway(join(folder, 'gateway'), say)), ...(await benchAuthorization(say)), ...(await benchEngine(session, say))];
	process.stdout.write(options.json ? `${JSON.stringify(asJson(workloads))}\n` : asText(workloads));
} finally {
	await session.close();
	await rm(folder, { recursive: true, force: true });
}
