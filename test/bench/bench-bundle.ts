import { parseArgs } from 'node:util';
import { benchBundle } from './bundle.ts';
import { asJson, asText } from './report.ts';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false }, commit: { type: 'string' } } });
const workloads = await benchBundle(options.commit ?? null, (line) => process.stderr.write(`${line}\n`));
process.stdout.write(options.json ? `${JSON.stringify(asJson(workloads))}\n` : asText(workloads));
