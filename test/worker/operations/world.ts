import { env } from 'cloudflare:workers';
import { afterEach } from 'vitest';
import type { EmbeddedDatabase, SqlCell } from '../../../src/connectors/connector.ts';
import { logger } from '../../../src/lib/log.ts';
import type { Principal } from '../../../src/model/principal.ts';
import { objectOperations } from '../../../src/objects/operations.ts';
import { sealerFrom } from '../../../src/operations/connections/seal.ts';
import type { OperationContext } from '../../../src/operations/context.ts';
import type { DeliveryHandle } from '../../../src/operations/hooks/ports.ts';
import type { NoticeHandle } from '../../../src/operations/notices/ports.ts';
import { createAccount } from '../../../src/operations/provisioning/accounts.ts';
import { createToken } from '../../../src/operations/provisioning/tokens.ts';
import { createUser } from '../../../src/operations/provisioning/users.ts';
import type { ClusterHandle, RunHandle } from '../../../src/operations/runs/ports.ts';
import type { ScheduleHandle } from '../../../src/operations/schedules/ports.ts';
import { resolveToken } from '../../../src/operations/tokens/resolve.ts';
import { openStore } from '../../../src/store/store.ts';

export interface World {
	readonly context: OperationContext;
	/** Moves the clock. */
	advance(milliseconds: number): void;
	/** Waits for everything that was left to `waitUntil`. */
	settled(): Promise<void>;
}

const pending: Promise<unknown>[] = [];
const settled = async () => {
	while (pending.length > 0) await Promise.all(pending.splice(0));
};
// What a test left to `waitUntil` must not reach into the next one's empty database.
afterEach(settled);

/** Operations on the real D1, R2 and objects of the test worker; only the clock is ours. */
export function world(database: D1Database = env.DB): World {
	let now = Date.UTC(2026, 0, 1);
	const objects = objectOperations(env, logger({ test: true }));
	const context: OperationContext = {
		store: openStore(database),
		runs: (id) => env.RUNS.get(env.RUNS.idFromName(`run:${id}`)) as unknown as RunHandle,
		notices: (id) => env.NOTICES.get(env.NOTICES.idFromName(`notice:${id}`)) as unknown as NoticeHandle,
		clusters: (id) => env.CLUSTERS.get(env.CLUSTERS.idFromName(`cluster:${id}`)) as unknown as ClusterHandle,
		tasks: objects.tasks,
		sessions: objects.sessions,
		schedules: (accountId) => env.SCHEDULES.get(env.SCHEDULES.idFromName(`schedule:${accountId}`)) as unknown as ScheduleHandle,
		deliveries: (accountId) => env.DELIVERIES.get(env.DELIVERIES.idFromName(`delivery:${accountId}`)) as unknown as DeliveryHandle,
		mail: { url: 'https://mail.test/emails', key: 'mail-key', from: 'gate@example.com' },
		connectorEnv: {
			files: env.FILES,
			database: (accountId) => env.DATABASES.get(env.DATABASES.idFromName(`database:${accountId}`)) as unknown as EmbeddedDatabase,
			fetch,
			allowPrivateHosts: false,
		},
		archive: env.FILES,
		sealer: sealerFrom(env.HEADGATE_SEAL_KEY),
		clock: () => now,
		log: logger({ test: true }),
		via: 'test',
		waitUntil: (work) => pending.push(work),
	};
	return {
		context,
		advance: (milliseconds) => {
			now += milliseconds;
		},
		settled,
	};
}

/** An account with one owner, and that owner's principal as a token gives it. */
export async function anOwner(context: OperationContext, slug: string): Promise<{ principal: Principal; token: string }> {
	await createAccount(context, { slug });
	const user = `owner@${slug}.test`;
	await createUser(context, { email: user, account: slug, role: 'owner' });
	const { token } = await createToken(context, { account: slug, user, name: 'test', scopes: ['admin'], expires_in: null });
	const resolved = await resolveToken(context, token);
	if (!resolved.ok) throw new Error(`the new token is ${resolved.reason}`);
	return { principal: resolved.principal, token };
}

/** Statements in an account's embedded database. */
export async function inDatabase(context: OperationContext, accountId: number, ...statements: readonly (readonly [string, ...SqlCell[]])[]): Promise<void> {
	const database = context.connectorEnv.database(accountId);
	await database.transact(
		statements.map(([sql, ...bindings]) => ({ sql, bindings })),
		{ undo: false },
	);
}

/** A file in an account's embedded storage. */
export async function aFile(accountId: number, path: string, text: string): Promise<void> {
	await env.FILES.put(`accounts/${accountId}/files/${path}`, text);
}
