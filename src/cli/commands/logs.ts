import { type Command, readArguments, required, UsageError } from '../command.ts';
import { harmless } from '../harmless.ts';
import { logClient } from '../log-client.ts';
import { gatewayUrl, TARGET_OPTIONS, TARGET_USAGE } from './target.ts';

export const logs: Command = {
	summary: 'print the log of a run, or follow it until the run ends',
	usage: `headgate logs RUN [--follow] --account NAME --token T

  RUN                 the number of a run, as run_package and list_runs give it
  --follow            prints lines as they come, and ends with the run: with status 0 where it completed, 1 where it failed
                      or was stopped
  --token T           needs the read scope; or HEADGATE_TOKEN
${TARGET_USAGE}`,
	async run(args) {
		const options = { ...TARGET_OPTIONS, account: { type: 'string' }, token: { type: 'string' }, follow: { type: 'boolean', short: 'f' } } as const;
		const { values, words } = readArguments(args, options, { min: 1, max: 1 });
		const runId = readRun(words[0] ?? '');
		const client = logClient(gatewayUrl(values.url), required(values.account, 'account'), required(values.token, 'token', 'HEADGATE_TOKEN'));
		const write = (text: string): void => void process.stdout.write(harmless(text));
		if (values.follow !== true) {
			await client.print(runId, write);
			return 0;
		}
		const ended = await client.follow(runId, { line: write, status: (status) => void process.stderr.write(`run ${runId} is ${status}\n`) });
		process.stderr.write(`run ${runId} ${ended === 'stopped' ? 'was stopped' : `has ${ended}`}\n`);
		return ended === 'completed' ? 0 : 1;
	},
};

function readRun(text: string): number {
	if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
	throw new UsageError(`"${text}" is no number of a run.`);
}
