import { type Command, readArguments, required, UsageError } from '../command.ts';
import { type FileClient, fileClient } from '../file-client.ts';
import { gatewayUrl, TARGET_OPTIONS, TARGET_USAGE } from './target.ts';

export const file: Command = {
	summary: 'put, get and list files of an account',
	usage: `headgate file put LOCAL KEY --account NAME --token T\nheadgate file get KEY [LOCAL] --account NAME --token T\nheadgate file list [PREFIX] --account NAME --token T\n\n  KEY                 where in the account's storage, such as sales/2026/orders.csv\n  LOCAL               a file here; get without it writes to standard output\n  --token T           needs the write scope to put; or HEADGATE_TOKEN\n${TARGET_USAGE}`,
	async run(args) {
		const options = { ...TARGET_OPTIONS, account: { type: 'string' }, token: { type: 'string' } } as const;
		const { values, words } = readArguments(args, options, { min: 1, max: 3 });
		const [verb = '', ...names] = words;
		const account = required(values.account, 'account');
		const client = fileClient(gatewayUrl(values.url), account, required(values.token, 'token', 'HEADGATE_TOKEN'));
		if (verb === 'put') return put(client, names);
		if (verb === 'get') return get(client, names);
		if (verb === 'list') return list(client, names);
		throw new UsageError(`"${verb}" is not something to do with a file; there are: put, get, list.`);
	},
};

async function put(client: FileClient, [local, key, ...more]: readonly string[]): Promise<number> {
	if (local === undefined || key === undefined || more.length > 0) throw new UsageError('put takes a local file and a key.');
	await client.put(local, key);
	process.stderr.write(`${key} written.\n`);
	return 0;
}

async function get(client: FileClient, [key, local, ...more]: readonly string[]): Promise<number> {
	if (key === undefined || more.length > 0) throw new UsageError('get takes a key, and a local file unless it is to be printed.');
	await client.get(key, local ?? null);
	if (local !== undefined) process.stderr.write(`${local} written.\n`);
	return 0;
}

async function list(client: FileClient, [prefix = '', ...more]: readonly string[]): Promise<number> {
	if (more.length > 0) throw new UsageError('list takes at most a prefix.');
	for (const entry of await client.list(prefix)) process.stdout.write(`${String(entry.size).padStart(12)}  ${entry.modified_at}  ${entry.path}\n`);
	return 0;
}
