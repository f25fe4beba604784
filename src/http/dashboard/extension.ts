import { strToU8, zipSync } from 'fflate';
import { version } from '../../../package.json';
import bridge from '../assets/bridge.txt';

/** The one-click extension for Claude Desktop (MCPB): a zip of a manifest and a bridge that needs nothing but Node. */
export interface ExtensionFile {
	readonly file: string;
	readonly staging: boolean;
}

export function extensionFile(env: Pick<Env, 'HEADGATE_ENVIRONMENT'>): ExtensionFile {
	const staging = env.HEADGATE_ENVIRONMENT === 'staging';
	return { file: staging ? 'headgate.staging.mcpb' : 'headgate.mcpb', staging };
}

/** Built for this deployment: its address is inside, the account and the token are asked for at installation. */
export function buildExtension(env: Pick<Env, 'HEADGATE_ENVIRONMENT'>, origin: string): Uint8Array<ArrayBuffer> {
	const manifest = JSON.stringify(manifestFor(extensionFile(env).staging, origin), null, 2);
	const zipped = zipSync(
		{ 'manifest.json': strToU8(manifest), 'server/bridge.js': strToU8(bridge), 'package.json': strToU8('{"type":"module"}') },
		{ mtime: '2026-01-01' },
	);
	return new Uint8Array(zipped);
}

function manifestFor(staging: boolean, origin: string): object {
	const name = staging ? 'headgate-staging' : 'headgate';
	const title = staging ? 'Headgate (staging)' : 'Headgate';
	return {
		manifest_version: '0.3',
		name,
		display_name: title,
		version,
		description: `See, build, run and repair data pipelines of your Headgate account at ${origin}.`,
		author: { name: 'Headgate' },
		server: {
			type: 'node',
			entry_point: 'server/bridge.js',
			mcp_config: {
				command: 'node',
				// What stands in ${…} is filled in by Claude Desktop.
				args: ['${__dirname}/server/bridge.js'],
				env: { HEADGATE_URL: origin, HEADGATE_ACCOUNT: '${user_config.account}', HEADGATE_TOKEN: '${user_config.token}' },
			},
		},
		tools_generated: true,
		user_config: {
			account: { type: 'string', title: 'Account', description: "Your account's short name or number, as in the dashboard's address.", required: true },
			token: {
				type: 'string',
				title: 'Personal access token',
				description: 'From Connected Applications in the dashboard; begins with mcp_.',
				sensitive: true,
				required: true,
			},
		},
		compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: '>=18.0.0' } },
	};
}
