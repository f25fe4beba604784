import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession } from '../../src/cli/embedded/session.ts';
import { benchGateway } from './gateway/workloads.ts';
import { asText } from './report.ts';

const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
const session = await openSession({ state: folder, host: '127.0.0.1', port: 0, log: () => {} });
try {
	const workloads = await benchGateway(session, folder, (line) => void process.stderr.write(`${line}\n`));
	process.stdout.write(asText(workloads));
} finally {
	await session.close();
	await rm(folder, { recursive: true, force: true });
}
