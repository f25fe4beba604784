import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DEPLOYED_CONFIG, deployGateway } from '../../../src/cli/deployment/deploy-gateway.ts';
import type { Wrangler } from '../../../src/cli/deployment/wrangler.ts';
import { SECRETS } from '../../../src/cli/embedded/bindings.ts';
import { AppError } from '../../../src/lib/errors.ts';

const config = join(import.meta.dirname, '../../..', DEPLOYED_CONFIG);
afterEach(() => rm(config, { force: true }));

/** A Cloudflare account that wrangler speaks to: the one thing here that cannot be had. */
function anAccount(holds: { readonly database?: string; readonly bucket?: boolean; readonly secrets?: readonly string[] | 'no worker' | 'no answer' }) {
	const shown: string[][] = [];
	const uploaded: Record<string, string>[] = [];
	let database = holds.database;
	const wrangler: Wrangler = {
		async read(...args) {
			if (args[0] === 'd1') return JSON.stringify(database === undefined ? [] : [{ uuid: database, name: 'headgate' }]);
			if (args[0] === 'r2')
				return holds.bucket === true ? 'Listing buckets...\nname:           headgate-files\ncreation_date:  2026-01-01\n' : 'Listing buckets...\n';
			if (holds.secrets === 'no worker') throw new AppError('upstream', 'wrangler secret list ended with status 1. Worker "headgate" not found.');
			if (holds.secrets === 'no answer') throw new AppError('upstream', 'wrangler secret list ended with status 1. fetch failed');
			return JSON.stringify((holds.secrets ?? []).map((name) => ({ name, type: 'secret_text' })));
		},
		async show(...args) {
			if (args[0] === 'd1' && args[1] === 'create') database = 'new-id';
			const file = args.indexOf('--secrets-file') + 1;
			if (file > 0) uploaded.push(JSON.parse(await readFile(args[file] ?? '', 'utf8')));
			shown.push(args.map((arg, index) => (index === file && file > 0 ? 'FILE' : arg)));
		},
	};
	return { wrangler, shown, uploaded };
}

const settings = { HEADGATE_PUBLIC_URL: 'https://gate.example' };
const say = () => {};

test('a first deployment makes database, bucket and secrets, and shows the secrets it made', async () => {
	const { wrangler, shown, uploaded } = anAccount({ secrets: 'no worker' });
	const made = await deployGateway(wrangler, { settings, say });
	expect(shown).toEqual([
		['d1', 'create', 'headgate'],
		['r2', 'bucket', 'create', 'headgate-files'],
		['d1', 'migrations', 'apply', 'headgate', '--remote', '--config', DEPLOYED_CONFIG],
		[
			'deploy',
			'--config',
			DEPLOYED_CONFIG,
			'--secrets-file',
			'FILE',
			'--var',
			'HEADGATE_PUBLIC_URL:https://gate.example',
			'--var',
			'HEADGATE_CODE_ISOLATES:true',
		],
	]);
	expect(Object.keys(made).sort()).toEqual(['HEADGATE_ADMIN_TOKEN', 'HEADGATE_SEAL_KEY', 'HEADGATE_SETUP_SECRET']);
	expect(Buffer.from(made['HEADGATE_SEAL_KEY'] ?? '', 'base64')).toHaveLength(32);
	expect(uploaded).toEqual([made]);
	expect(await readFile(config, 'utf8')).toContain('database_name = "headgate"\ndatabase_id = "new-id"\n');
});

test('an upgrade keeps what is there: the seal key above all', async () => {
	const { wrangler, shown, uploaded } = anAccount({ database: 'kept-id', bucket: true, secrets: [...SECRETS] });
	expect(await deployGateway(wrangler, { settings, say })).toEqual({});
	expect(shown.map((args) => args.slice(0, 2))).toEqual([
		['d1', 'migrations'],
		['deploy', '--config'],
	]);
	expect(uploaded).toEqual([{}]);
	expect(await readFile(config, 'utf8')).toContain('database_id = "kept-id"');
});

test('a secret that the owner gives is set and not shown', async () => {
	const { wrangler, uploaded } = anAccount({ database: 'kept-id', bucket: true, secrets: [...SECRETS] });
	expect(await deployGateway(wrangler, { settings: { ...settings, HEADGATE_ADMIN_TOKEN: 'chosen' }, say })).toEqual({});
	expect(uploaded).toEqual([{ HEADGATE_ADMIN_TOKEN: 'chosen' }]);
});

test('when the secrets cannot be listed nothing is deployed, for a new seal key would make kept credentials unreadable', async () => {
	const { wrangler, shown } = anAccount({ database: 'kept-id', bucket: true, secrets: 'no answer' });
	await expect(deployGateway(wrangler, { settings, say })).rejects.toThrow('fetch failed');
	expect(shown.some((args) => args[0] === 'deploy')).toBe(false);
});
