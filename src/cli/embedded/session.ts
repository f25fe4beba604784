import { resolve } from 'node:path';
import { adminClient } from '../admin-client.ts';
import { send } from '../http-client.ts';
import { startGateway } from './gateway.ts';
import { lockState } from './lock.ts';
import { type GatewaySecrets, loadSecrets, saveSecrets } from './secrets.ts';

/** The account every embedded gateway has. */
export const DEMO_ACCOUNT = 'demo';

/** A running embedded gateway with its demo account, ready for clients. */
export interface Session {
	readonly url: string;
	readonly mcpUrl: string;
	readonly token: string;
	readonly secrets: GatewaySecrets;
	readonly runtime: number | null;
	/** Ends the runtime and gives the folder back. */
	close(): Promise<void>;
}

export interface SessionOptions {
	readonly state: string;
	readonly host: string;
	readonly port: number;
	/** The Worker's own unless given. */
	readonly entry?: string;
	log(line: string): void;
}

export async function openSession(options: SessionOptions): Promise<Session> {
	const state = resolve(options.state);
	const lock = await lockState(state);
	try {
		const secrets = await loadSecrets(state);
		const gateway = await startGateway({ ...options, state, secrets });
		try {
			const token = await demoToken(gateway.url, state, secrets);
			const close = async () => {
				await gateway.stop();
				await lock.release();
			};
			return { url: gateway.url, mcpUrl: `${gateway.url}/${DEMO_ACCOUNT}/api/mcp`, token, secrets, runtime: gateway.runtime, close };
		} catch (error) {
			await gateway.stop();
			throw error;
		}
	} catch (error) {
		await lock.release();
		throw error;
	}
}

/** The kept token while it opens the account; otherwise account, owner and token are provisioned as any administrator would. */
async function demoToken(url: string, state: string, secrets: GatewaySecrets): Promise<string> {
	if (secrets.token !== null && (await opens(url, secrets.token))) return secrets.token;
	const admin = adminClient(url, secrets.admin_token);
	await admin.createAccount({ slug: DEMO_ACCOUNT, name: 'Demo' });
	await admin.createUser({ email: secrets.email, account: DEMO_ACCOUNT, role: 'owner', password: secrets.password });
	const scopes = ['read', 'write', 'run', 'admin'];
	const token = await admin.createToken({ account: DEMO_ACCOUNT, user: secrets.email, name: 'local', scopes, expires_days: null, read_only: false });
	await saveSecrets(state, { ...secrets, token });
	return token;
}

function opens(url: string, token: string): Promise<boolean> {
	return send(`${url}/${DEMO_ACCOUNT}/api/files?prefix=`, token).then(
		() => true,
		() => false,
	);
}
