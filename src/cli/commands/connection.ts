import { type Command, readArguments, required, UsageError } from '../command.ts';
import { connectionClient, connectionTypes, type WantedConnection } from '../connection-client.ts';
import { readConnection } from '../connection-input.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, adminToken, gatewayUrl } from './target.ts';

const OPTIONS = {
	...ADMIN_OPTIONS,
	account: { type: 'string' },
	type: { type: 'string' },
	name: { type: 'string' },
	set: { type: 'string', multiple: true },
	'secrets-stdin': { type: 'boolean' },
	anyway: { type: 'boolean' },
} as const;

export const connection: Command = {
	summary: 'create, list, test, change and remove connections of an account',
	usage: `headgate connection types
headgate connection create --account NAME --type TYPE --name N [--set KEY=VALUE …] [--secrets-stdin < secrets.json]
headgate connection list --account NAME
headgate connection show ID --account NAME
headgate connection test ID --account NAME
headgate connection update ID --account NAME [--name N] [--set KEY=VALUE …] [--secrets-stdin < secrets.json]
headgate connection remove ID --account NAME [--anyway]

  types               what each type asks for
  --set KEY=VALUE     a setting; the value is taken as JSON where it is JSON, otherwise as text; KEY= takes it back to its default
  --secrets-stdin     credentials as a JSON object on standard input, such as {"password":"…"}; they are sealed and never shown again
  --anyway            remove it although packages use it
${ADMIN_USAGE}`,
	async run(args) {
		const { values, words } = readArguments(args, OPTIONS, { min: 1, max: 2 });
		const [verb = '', word] = words;
		const [url, token] = [gatewayUrl(values.url), adminToken(values['admin-token'])];
		if (verb === 'types') return printTypes(url, token);
		const account = required(values.account, 'account');
		const client = connectionClient(url, token, account);
		if (verb === 'list') {
			for (const each of await client.list())
				process.stdout.write(`${each.id}\t${each.type}\t${each.status}\t${each.name}\t${each.last_check_message ?? ''}\n`);
			return 0;
		}
		if (verb === 'create') {
			const wanted = await readConnection(values.set ?? [], {}, values['secrets-stdin'] === true);
			const made = await client.create(required(values.type, 'type'), { name: required(values.name, 'name'), ...wanted });
			process.stderr.write(`connection ${made.id} made: ${made.status}. ${made.last_check_message ?? ''}\n`);
			process.stdout.write(`${made.id}\n`);
			return made.status === 'failed' ? 1 : 0;
		}
		if (!['show', 'test', 'update', 'remove'].includes(verb))
			throw new UsageError(`"${verb}" is not something to do with a connection; there are: types, create, list, show, test, update, remove.`);
		const id = readId(word);
		if (verb === 'show') {
			process.stdout.write(`${JSON.stringify(await client.get(id), null, '\t')}\n`);
			return 0;
		}
		if (verb === 'test') {
			const { success, message } = await client.test(id);
			process.stderr.write(`connection ${id} ${success ? 'works' : 'does not work'}: ${message}\n`);
			return success ? 0 : 1;
		}
		if (verb === 'remove') {
			await client.remove(id, values.anyway === true);
			process.stderr.write(`connection ${id} removed.\n`);
			return 0;
		}
		const present = values.set === undefined ? {} : (await client.get(id)).config;
		const change: WantedConnection = await readConnection(values.set ?? null, present, values['secrets-stdin'] === true);
		const changed = await client.update(id, { ...change, ...(values.name === undefined ? {} : { name: values.name }) });
		process.stderr.write(`connection ${id} changed: ${changed.status}. ${changed.last_check_message ?? ''}\n`);
		return changed.status === 'failed' ? 1 : 0;
	},
};

async function printTypes(url: string, token: string): Promise<number> {
	for (const { type, title, fields } of await connectionTypes(url, token)) {
		process.stdout.write(`${type}\t${title}\n`);
		for (const { name, kind, required: needed, default: standard, description } of fields) {
			const worth = needed ? 'required' : standard === null ? 'optional' : `default ${JSON.stringify(standard)}`;
			process.stdout.write(`  ${kind === 'secret' ? 'secret ' : ''}${name} (${worth}) ${description}\n`);
		}
	}
	return 0;
}

function readId(text: string | undefined): number {
	if (text !== undefined && /^[1-9]\d{0,15}$/.test(text)) return Number(text);
	throw new UsageError(text === undefined ? 'the number of a connection is missing.' : `"${text}" is no number of a connection.`);
}
