import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../lib/errors.ts';

/** What one embedded gateway keeps to itself, in DIR/secrets.json (mode 0600): the same at every start. */
export interface GatewaySecrets {
	readonly admin_token: string;
	/** 32 bytes in base64: seals the credentials of connections. Lost, they are lost. */
	readonly seal_key: string;
	readonly email: string;
	readonly password: string;
	/** Of the demo account's owner; null until the gateway has issued it. */
	readonly token: string | null;
}

const file = (state: string) => join(state, 'secrets.json');

/** Reads the secrets of a state folder, or makes them at its first start. */
export async function loadSecrets(state: string): Promise<GatewaySecrets> {
	const text = await readFile(file(state), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw error;
	});
	if (text !== null) return readSecrets(text, file(state));
	const fresh: GatewaySecrets = {
		admin_token: randomBytes(32).toString('base64url'),
		seal_key: randomBytes(32).toString('base64'),
		email: 'owner@demo.example',
		password: randomBytes(18).toString('base64url'),
		token: null,
	};
	await saveSecrets(state, fresh);
	return fresh;
}

/** Replaces the file in one step: a start that is killed here leaves the old one or the new one, never half of one. */
export async function saveSecrets(state: string, secrets: GatewaySecrets): Promise<void> {
	const draft = `${file(state)}.new`;
	await writeFile(draft, `${JSON.stringify(secrets, null, '\t')}\n`, { mode: 0o600 });
	// The mode above only counts for a file that is created; a draft left by a killed start may have another.
	await chmod(draft, 0o600);
	await rename(draft, file(state));
}

function readSecrets(text: string, path: string): GatewaySecrets {
	const damaged = (why: string) =>
		new AppError('invalid_input', `${path} ${why}.`, {
			hint: 'Restore it from a copy; without its seal_key the credentials in this state cannot be read. To begin anew, use another --state folder.',
		});
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw damaged('is not JSON');
	}
	const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
	const need = (name: string): string => {
		const field = fields[name];
		if (typeof field !== 'string' || field === '') throw damaged(`has no "${name}"`);
		return field;
	};
	const token = fields['token'];
	return {
		admin_token: need('admin_token'),
		seal_key: need('seal_key'),
		email: need('email'),
		password: need('password'),
		token: typeof token === 'string' ? token : null,
	};
}
