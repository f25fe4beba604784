import { type ClusterChanged, clusterClient, type WantedCluster } from '../cluster-client.ts';
import { type Command, readArguments, required, UsageError } from '../command.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, adminToken, gatewayUrl } from './target.ts';

const OPTIONS = {
	...ADMIN_OPTIONS,
	account: { type: 'string' },
	status: { type: 'string' },
	name: { type: 'string' },
	nodes: { type: 'string' },
	type: { type: 'string' },
	region: { type: 'string' },
	'terminate-on-idle': { type: 'string' },
	'time-to-idle': { type: 'string' },
} as const;

type Given = Readonly<Partial<Record<keyof typeof OPTIONS, string>>>;

const WORDS: Readonly<Record<string, number>> = { list: 1, create: 1, update: 2, delete: 2 };

export const cluster: Command = {
	summary: 'list, create, change and delete clusters of an account',
	usage: `headgate cluster list --account NAME [--status STATUS]
headgate cluster create --account NAME --name N [settings]
headgate cluster update ID --account NAME [--name N] [settings]
headgate cluster delete ID --account NAME

  --nodes N                  runs at a time; 1 to 100
  --type TYPE                production or sandbox, which has one node
  --region REGION            edge (near whoever starts a run), wnam, enam, sam, weur, eeur, apac, oc, afr, me
  --terminate-on-idle BOOL   true: it ends after --time-to-idle seconds without a run; the next run begins it again
  --time-to-idle SECONDS     0 to 604800; with 0 an idle cluster ends at once
${ADMIN_USAGE}`,
	async run(args) {
		const { values, words } = readArguments(args, OPTIONS, { min: 1, max: 2 });
		const [verb = '', word] = words;
		if (!Object.hasOwn(WORDS, verb)) throw new UsageError(`"${verb}" is not something to do with a cluster; there are: ${Object.keys(WORDS).join(', ')}.`);
		if (words.length > (WORDS[verb] ?? 0)) throw new UsageError(`Unexpected: ${word}`);
		const client = clusterClient(gatewayUrl(values.url), adminToken(values['admin-token']), required(values.account, 'account'));
		if (verb === 'list') {
			for (const each of await client.list(values.status)) {
				const { id, status, type, region, nodes, running_jobs_count: running, queued_jobs_count: queued, is_default, name } = each;
				const load = `${running} running, ${queued} queued`;
				process.stdout.write(
					`${[id, status, type, region, `${nodes} ${nodes === 1 ? 'node' : 'nodes'}`, load, name].join('\t')}${is_default ? ' (default)' : ''}\n`,
				);
			}
			return 0;
		}
		if (verb === 'create') {
			const made = await client.create(required(values.name, 'name'), wantedOf(values));
			process.stderr.write(`cluster ${made.cluster_id} made; it begins with its first run.\n`);
			process.stdout.write(`${made.cluster_id}\n`);
			return 0;
		}
		const id = readId(word);
		if (verb === 'delete') {
			process.stderr.write(`cluster ${id}: ${(await client.remove(id)).message}\n`);
			return 0;
		}
		const wanted = wantedOf(values);
		if (Object.keys(wanted).length === 0)
			throw new UsageError('nothing was said to change: give --name, --nodes, --type, --region, --terminate-on-idle or --time-to-idle.');
		process.stderr.write(told(id, await client.update(id, wanted)));
		return 0;
	},
};

function wantedOf(values: Given): WantedCluster {
	const { name, nodes, type, region, 'terminate-on-idle': ends, 'time-to-idle': after } = values;
	return {
		...(name === undefined ? {} : { name }),
		...(nodes === undefined ? {} : { nodes: readNumber(nodes, 'nodes') }),
		...(type === undefined ? {} : { type }),
		...(region === undefined ? {} : { region }),
		...(ends === undefined ? {} : { terminate_on_idle: readBoolean(ends) }),
		...(after === undefined ? {} : { time_to_idle: readNumber(after, 'time-to-idle') }),
	};
}

function told(id: number, { changes, running_jobs_count, queued_jobs_count }: ClusterChanged): string {
	if (changes.length === 0) return `cluster ${id} was like that already.\n`;
	const lines = changes.map(({ field, before, after }) => `${field} ${before} → ${after}`);
	return `cluster ${id} changed: ${lines.join(', ')}; ${running_jobs_count} running, ${queued_jobs_count} queued.\n`;
}

function readId(text: string | undefined): number {
	if (text !== undefined && /^[1-9]\d{0,14}$/.test(text)) return Number(text);
	throw new UsageError(text === undefined ? 'the number of a cluster is missing.' : `"${text}" is no number of a cluster.`);
}

function readNumber(text: string, option: string): number {
	if (/^\d{1,9}$/.test(text)) return Number(text);
	throw new UsageError(`--${option} ${text}: a whole number is needed.`);
}

function readBoolean(text: string): boolean {
	if (text === 'true' || text === 'false') return text === 'true';
	throw new UsageError(`--terminate-on-idle ${text}: it is true or false.`);
}
