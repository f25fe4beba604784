import { adminClient } from '../admin-client.ts';
import { type Command, readArguments, required, UsageError } from '../command.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, adminToken, gatewayUrl } from './target.ts';

export const token: Command = {
	summary: 'create a token; prints nothing but the token',
	usage: `headgate token create --account NAME --user EMAIL --name N --scopes read,write,run [--expires 30d] [--read-only]\n\n  --name N            which assistant or device it is for\n  --scopes LIST       of read, write, run, admin\n  --expires 30d       days until it ends; without it, it does not\n  --read-only         it may only read, whatever its scopes\n${ADMIN_USAGE}`,
	async run(args) {
		const options = {
			...ADMIN_OPTIONS,
			account: { type: 'string' },
			user: { type: 'string' },
			name: { type: 'string' },
			scopes: { type: 'string' },
			expires: { type: 'string' },
			'read-only': { type: 'boolean' },
		} as const;
		const { values, words } = readArguments(args, options, { min: 1, max: 1 });
		if (words[0] !== 'create') throw new UsageError(`"${words[0]}" is not something to do with a token; there is: create.`);
		const order = {
			account: required(values.account, 'account'),
			user: required(values.user, 'user'),
			name: required(values.name, 'name'),
			scopes: readScopes(required(values.scopes, 'scopes')),
			expires_days: values.expires === undefined ? null : readDays(values.expires),
			read_only: values['read-only'] === true,
		};
		const made = await adminClient(gatewayUrl(values.url), adminToken(values['admin-token'])).createToken(order);
		process.stdout.write(`${made}\n`);
		return 0;
	},
};

function readScopes(list: string): readonly string[] {
	const scopes = list.split(',').map((scope) => scope.trim());
	const unknown = scopes.find((scope) => !['read', 'write', 'run', 'admin'].includes(scope));
	if (unknown !== undefined) throw new UsageError(`--scopes ${list}: "${unknown}" is no scope; there are read, write, run, admin.`);
	return scopes;
}

function readDays(text: string): number {
	const days = /^(\d{1,4})d$/.exec(text)?.[1];
	if (days === undefined || Number(days) === 0) throw new UsageError(`--expires ${text}: a number of days is needed, such as 30d.`);
	return Number(days);
}
