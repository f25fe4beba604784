import { adminClient } from '../admin-client.ts';
import { type Command, readArguments, UsageError } from '../command.ts';
import { ADMIN_OPTIONS, ADMIN_USAGE, adminToken, gatewayUrl } from './target.ts';

export const account: Command = {
	summary: 'create an account',
	usage: `headgate account create NAME [--title TEXT]\n\n  NAME                its slug, the first part of its URLs\n  --title TEXT        a name for people\n${ADMIN_USAGE}`,
	async run(args) {
		const { values, words } = readArguments(args, { ...ADMIN_OPTIONS, title: { type: 'string' } }, { min: 2, max: 2 });
		const [verb, slug = ''] = words;
		if (verb !== 'create') throw new UsageError(`"${verb}" is not something to do with an account; there is: create.`);
		const client = adminClient(gatewayUrl(values.url), adminToken(values['admin-token']));
		const made = await client.createAccount({ slug, ...(values.title === undefined ? {} : { name: values.title }) });
		process.stdout.write(made.created ? `Account ${made.slug} (${made.id}) created.\n` : `Account ${made.slug} (${made.id}) was there already.\n`);
		return 0;
	},
};
