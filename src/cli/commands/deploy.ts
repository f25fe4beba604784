import { type Command, readArguments, UsageError } from '../command.ts';
import { deployGateway } from '../deployment/deploy-gateway.ts';
import { installedWrangler } from '../deployment/wrangler.ts';
import { OPTIONAL_SECRETS, SECRETS, VARS } from '../embedded/bindings.ts';

export const deploy: Command = {
	summary: 'deploy to Cloudflare, or upgrade what is deployed',
	usage: `npm run deploy -- --public-url https://headgate.example.com [--allowed-hosts LIST] [--allowed-origins LIST]\n\n  --public-url URL    where the gateway will be reached: the issuer of its tokens, and the host it answers to\n  --allowed-hosts, --allowed-origins   further ones, separated by commas\n\nEach may also come from the environment (${VARS.join(', ')}), as may the secrets\n${[...SECRETS, ...OPTIONAL_SECRETS].join(', ')}; secrets that are neither given nor set yet are made and shown once.`,
	async run(args) {
		const { values } = readArguments(
			args,
			{ 'public-url': { type: 'string' }, 'allowed-hosts': { type: 'string' }, 'allowed-origins': { type: 'string' } },
			{ min: 0, max: 0 },
		);
		const publicUrl = values['public-url'] ?? process.env['HEADGATE_PUBLIC_URL'];
		if (publicUrl === undefined || !URL.canParse(publicUrl) || new URL(publicUrl).protocol !== 'https:')
			throw new UsageError('--public-url is needed: an https address.');
		const say = (line: string) => process.stderr.write(`\n— ${line}\n`);
		const settings = {
			...Object.fromEntries([...VARS, ...SECRETS, ...OPTIONAL_SECRETS].map((name) => [name, process.env[name]])),
			HEADGATE_PUBLIC_URL: new URL(publicUrl).origin,
			HEADGATE_ALLOWED_HOSTS: values['allowed-hosts'] ?? process.env['HEADGATE_ALLOWED_HOSTS'],
			HEADGATE_ALLOWED_ORIGINS: values['allowed-origins'] ?? process.env['HEADGATE_ALLOWED_ORIGINS'],
		};
		const made = await deployGateway(installedWrangler(), { settings, say });
		const lines = Object.entries(made).map(([name, value]) => `${name}=${value}\n`);
		if (lines.length > 0) process.stdout.write(`\nMade for this deployment. Keep them in a safe place: they are shown only here.\n${lines.join('')}`);
		return 0;
	},
};
