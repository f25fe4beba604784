import { parseArgs } from 'node:util';
import { benchAuthorization } from './authorization.ts';
import { asJson, asText } from './report.ts';

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const workloads = await benchAuthorization((line) => process.stderr.write(`${line}\n`));
process.stdout.write(options.json ? `${JSON.stringify(asJson(workloads))}\n` : asText(workloads));
