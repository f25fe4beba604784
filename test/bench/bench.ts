import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../../src/cli/demo/table.ts';
import { openSession } from '../../src/cli/embedded/session.ts';
import { benchEngine } from './engine.ts';
import { asJson, ratioToUs, type Workload } from './report.ts';
import { benchRequests } from './requests.ts';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
const session = await openSession({ state: folder, host: '127.0.0.1', port: 0, log: () => {} });
try {
	const workloads = [...(await benchRequests(session, say)), ...(await benchEngine(session, say))];
	process.stdout.write(options.json ? `${JSON.stringify(asJson(workloads))}\n` : asText(workloads));
} finally {
	await session.close();
	await rm(folder, { recursive: true, force: true });
}

function asText(workloads: readonly Workload[]): string {
	const rows = workloads.flatMap(({ name, unit, values }) =>
		Object.entries(values).map(([contender, value]) => [
			name,
			contender,
			value.toPrecision(4),
			unit,
			ratioToUs(unit, values['headgate'] ?? Number.NaN, value).toFixed(2),
		]),
	);
	return `${table(['workload', 'contender', 'value', 'unit', 'we are times faster'], rows)}\n`;
}
