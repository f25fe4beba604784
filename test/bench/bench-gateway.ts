import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchGateway } from './gateway/workloads.ts';
import { asText } from './report.ts';

const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
try {
	process.stdout.write(asText(await benchGateway(folder, (line) => void process.stderr.write(`${line}\n`))));
} finally {
	await rm(folder, { recursive: true, force: true });
}
