import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchGateway } from './gateway/workloads.ts';
import { asText } from './report.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string' }, only: { type: 'string' } } });
const chosen = { rounds: values.rounds === undefined ? undefined : Number(values.rounds), only: values.only?.split(',') };
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
try {
	process.stdout.write(asText(await benchGateway(folder, say, chosen)));
} finally {
	await rm(folder, { recursive: true, force: true });
}
