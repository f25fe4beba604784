import { text } from 'node:stream/consumers';
import { adminClient } from '../admin-client.ts';
import { type Command, readArguments, required, UsageError } from '../command.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, adminToken, gatewayUrl } from './target.ts';

export const user: Command = {
	summary: 'create a user, or make one a member of an account',
	usage: `headgate user create EMAIL --account NAME --role owner|editor|viewer [--password-stdin]\n\n  --password-stdin    read the password from standard input (never from the command line, where others could see it)\n${ADMIN_USAGE}`,
	async run(args) {
		const options = { ...ADMIN_OPTIONS, account: { type: 'string' }, role: { type: 'string' }, 'password-stdin': { type: 'boolean' } } as const;
		const { values, words } = readArguments(args, options, { min: 2, max: 2 });
		const [verb, email = ''] = words;
		if (verb !== 'create') throw new UsageError(`"${verb}" is not something to do with a user; there is: create.`);
		const account = required(values.account, 'account');
		const role = required(values.role, 'role');
		if (!['owner', 'editor', 'viewer'].includes(role)) throw new UsageError(`--role ${role}: a role is owner, editor or viewer.`);
		const client = adminClient(gatewayUrl(values.url), adminToken(values['admin-token']));
		const password = values['password-stdin'] === true ? await readPassword() : null;
		const made = await client.createUser({ email, account, role, ...(password === null ? {} : { password }) });
		process.stdout.write(`User ${email} (${made.id}) ${made.created ? 'created' : 'was there already'}; ${role} of ${account}.\n`);
		return 0;
	},
};

/** One line; its line end is not part of the password. */
async function readPassword(): Promise<string> {
	const password = (await text(process.stdin)).replace(/\r?\n$/, '');
	if (password === '') throw new UsageError('--password-stdin: nothing came on standard input.');
	return password;
}
