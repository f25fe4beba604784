import { type Command, readArguments, required, UsageError } from '../command.ts';
import { hookClient } from '../hook-client.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, adminToken, gatewayUrl } from './target.ts';

export const hook: Command = {
	summary: 'create, list, test and remove hooks of an account',
	usage: `headgate hook create --account NAME --kind web|email|slack|pagerduty --name N --events LIST [--packages 3,5] < destination
headgate hook list --account NAME
headgate hook deliveries ID --account NAME
headgate hook test ID --account NAME
headgate hook remove ID --account NAME

  --events LIST       such as run.failed,run.completed,cluster.error
  --packages LIST     only runs of these; all without it
  destination         on standard input, for it may be a credential: an https address, a Slack webhook's
                      address, a PagerDuty routing key, or an e-mail address
${ADMIN_USAGE}`,
	async run(args) {
		const options = {
			...ADMIN_OPTIONS,
			account: { type: 'string' },
			kind: { type: 'string' },
			name: { type: 'string' },
			events: { type: 'string' },
			packages: { type: 'string' },
		} as const;
		const { values, words } = readArguments(args, options, { min: 1, max: 2 });
		const [verb = '', id] = words;
		const account = required(values.account, 'account');
		const client = hookClient(gatewayUrl(values.url), adminToken(values['admin-token']), account);
		if (verb === 'create') {
			const order = {
				account,
				kind: required(values.kind, 'kind'),
				name: required(values.name, 'name'),
				events: required(values.events, 'events').split(','),
				...(values.packages === undefined ? {} : { package_ids: values.packages.split(',').map(readId) }),
			};
			const made = await client.create({ ...order, destination: await standardInput() });
			process.stderr.write(`hook ${made.hook.id} made${made.signing_secret === null ? '' : '; its signing secret, shown this once:'}.\n`);
			if (made.signing_secret !== null) process.stdout.write(`${made.signing_secret}\n`);
			return 0;
		}
		if (verb === 'list') {
			for (const each of await client.list())
				process.stdout.write(`${each.id}\t${each.kind}\t${each.enabled ? 'on' : 'off'}\t${each.name}\t${each.target}\t${each.events.join(',')}\n`);
			return 0;
		}
		if (verb === 'deliveries') {
			for (const each of await client.deliveries(readId(id)))
				process.stdout.write(`${each.created_at}\t${each.event}\t${each.subject}\t${each.status}\t${each.attempts}\t${each.last_error ?? ''}\n`);
			return 0;
		}
		if (verb === 'test') await client.test(readId(id));
		else if (verb === 'remove') await client.remove(readId(id));
		else throw new UsageError(`"${verb}" is not something to do with a hook; there are: create, list, deliveries, test, remove.`);
		process.stderr.write(verb === 'test' ? 'a test is on its way; deliveries shows how it went.\n' : `hook ${id} removed.\n`);
		return 0;
	},
};

function readId(text: string | undefined): number {
	if (text !== undefined && /^[1-9]\d{0,15}$/.test(text)) return Number(text);
	throw new UsageError(text === undefined ? 'a number is missing.' : `"${text}" is no number.`);
}

async function standardInput(): Promise<string> {
	const pieces: Buffer[] = [];
	for await (const piece of process.stdin) pieces.push(piece as Buffer);
	return Buffer.concat(pieces).toString('utf8').trim();
}
