import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../lib/errors.ts';
import { BUCKET, DATABASE, OPTIONAL_SECRETS, SECRETS, VARS } from '../embedded/bindings.ts';
import { REPOSITORY } from '../embedded/bundle.ts';
import type { Wrangler } from './wrangler.ts';

/** wrangler.toml with the id of one owner's database: beside it, because paths in it are relative, and not in git. */
export const DEPLOYED_CONFIG = 'wrangler.deployed.toml';

export interface Deployment {
	/** Values of [vars], and of secrets where the owner brings them. */
	readonly settings: Readonly<Record<string, string | undefined>>;
	say(line: string): void;
}

/**
 * Database and bucket if missing, migrations, secrets that are not there yet, the Worker. Repeating it is an upgrade.
 * Gives the secrets it had to make: they are shown once and kept nowhere on this machine.
 */
export async function deployGateway(wrangler: Wrangler, { settings, say }: Deployment): Promise<Readonly<Record<string, string>>> {
	say(`D1 database ${DATABASE.name}`);
	const id = (await databaseId(wrangler)) ?? (await createDatabase(wrangler));
	await writeFile(join(REPOSITORY, DEPLOYED_CONFIG), await configWith(id));
	say(`R2 bucket ${BUCKET.name}`);
	if (!(await hasBucket(wrangler))) await wrangler.show('r2', 'bucket', 'create', BUCKET.name);
	say('Migrations');
	await wrangler.show('d1', 'migrations', 'apply', DATABASE.name, '--remote', '--config', DEPLOYED_CONFIG);
	say('Worker');
	const { given, made } = await missingSecrets(wrangler, settings);
	// On the platform isolates are stopped past their processor time; anywhere else code components are interpreted.
	const values: Deployment['settings'] = { HEADGATE_CODE_ISOLATES: 'true', ...settings };
	const vars = VARS.flatMap((name) => (values[name] === undefined ? [] : ['--var', `${name}:${values[name]}`]));
	await withSecretsFile({ ...given, ...made }, (file) => wrangler.show('deploy', '--config', DEPLOYED_CONFIG, '--secrets-file', file, ...vars));
	return made;
}

async function databaseId(wrangler: Wrangler): Promise<string | null> {
	const databases = JSON.parse(await wrangler.read('d1', 'list', '--json')) as readonly { uuid: string; name: string }[];
	return databases.find((database) => database.name === DATABASE.name)?.uuid ?? null;
}

async function createDatabase(wrangler: Wrangler): Promise<string> {
	await wrangler.show('d1', 'create', DATABASE.name);
	const id = await databaseId(wrangler);
	if (id === null)
		throw new AppError('upstream', `The database ${DATABASE.name} was created but is not listed.`, { hint: 'Run npm run deploy again in a minute.' });
	return id;
}

/** The committed configuration with the id put below the database's name. */
async function configWith(id: string): Promise<string> {
	const committed = await readFile(join(REPOSITORY, 'wrangler.toml'), 'utf8');
	return committed.replace(`database_name = "${DATABASE.name}"`, (line) => `${line}\ndatabase_id = "${id}"`);
}

async function hasBucket(wrangler: Wrangler): Promise<boolean> {
	const listed = await wrangler.read('r2', 'bucket', 'list');
	return listed.split('\n').some((line) => /^name:\s*(\S+)\s*$/.exec(line)?.[1] === BUCKET.name);
}

/** A secret that is set stays: replacing the seal key would make every kept credential unreadable. One that the owner gives is set. */
async function missingSecrets(wrangler: Wrangler, settings: Deployment['settings']) {
	const present = await presentSecrets(wrangler);
	const given = Object.fromEntries([...SECRETS, ...OPTIONAL_SECRETS].flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])));
	const missing = SECRETS.filter((name) => !present.has(name) && given[name] === undefined);
	const made = Object.fromEntries(missing.map((name) => [name, randomBytes(32).toString(name === 'HEADGATE_SEAL_KEY' ? 'base64' : 'base64url')]));
	return { given, made };
}

async function presentSecrets(wrangler: Wrangler): Promise<ReadonlySet<string>> {
	const listed = await wrangler.read('secret', 'list', '--config', DEPLOYED_CONFIG, '--format', 'json').catch((error: unknown) => {
		// Before the first deployment there is no Worker to have secrets. Any other failure must not pass for "none": a new seal key would follow.
		if (error instanceof AppError && /Worker ".+" not found/.test(error.message)) return '[]';
		throw error;
	});
	return new Set((JSON.parse(listed) as readonly { name: string }[]).map((secret) => secret.name));
}

async function withSecretsFile(secrets: Readonly<Record<string, string>>, work: (file: string) => Promise<void>): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'headgate-deploy-'));
	try {
		const file = join(folder, 'secrets.json');
		await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
		await work(file);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
