import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { checkConnection } from '../../operations/connections/check.ts';
import { createConnection } from '../../operations/connections/create.ts';
import { connectionTypes } from '../../operations/connections/fields.ts';
import { connectionDetail } from '../../operations/connections/get.ts';
import { listConnectionsOf } from '../../operations/connections/list.ts';
import { removeConnection } from '../../operations/connections/remove.ts';
import { updateConnection } from '../../operations/connections/update.ts';
import type { AppEnv } from '../bindings.ts';
import { readJson } from '../read-json.ts';
import { accountOf } from './account-of.ts';

const NAME = z.string().min(1).max(200);
const CONFIG = z.record(z.string(), z.unknown());
const created = z.strictObject({
	account: z.string().min(1),
	name: NAME,
	type: z.string().min(1).max(50),
	config: CONFIG.optional(),
	secrets: z.record(z.string(), z.string()).optional(),
});
/** `config` in the place of what is there; of `secrets` what is named is replaced, null takes it away. */
const changed = z.strictObject({ name: NAME.optional(), config: CONFIG.optional(), secrets: z.record(z.string(), z.string().nullable()).optional() });

/** Connections of an account for the command line; behind the administration token. */
export const adminConnections = new Hono<AppEnv>();

adminConnections.post('/connections', async (c) => {
	const { account, ...wanted } = await readJson(c, created, ['secrets']);
	const found = await accountOf(c, account);
	c.set('audited', { target: `account:${found.id}`, accountId: found.id });
	const connection = await createConnection(c.var.operations, found, wanted);
	c.set('audited', { target: `connection:${connection.id}`, accountId: found.id });
	return c.json({ connection }, 201);
});

adminConnections.get('/connection_types', (c) => c.json({ types: connectionTypes() }));

adminConnections.get('/connections', async (c) => {
	const found = await accountOf(c, c.req.query('account') ?? '');
	c.set('audited', { target: `account:${found.id}`, accountId: found.id });
	const cursor = c.req.query('cursor');
	return c.json(await listConnectionsOf(c.var.operations, found.id, { include_health: true, ...(cursor === undefined ? {} : { cursor }) }));
});

adminConnections.get('/connections/:id{[0-9]+}', async (c) => {
	const { account, id } = await named(c);
	return c.json({ connection: await connectionDetail(c.var.operations, account, id) });
});

adminConnections.patch('/connections/:id{[0-9]+}', async (c) => {
	const { account, id } = await named(c);
	const change = await readJson(c, changed, ['secrets']);
	return c.json({ connection: await updateConnection(c.var.operations, account, id, change) });
});

adminConnections.post('/connections/:id{[0-9]+}/test', async (c) => {
	const { account, id } = await named(c);
	const { ok, message, latencyMs } = await checkConnection(c.var.operations, account, id);
	return c.json({ success: ok, message, latency_ms: latencyMs });
});

adminConnections.delete('/connections/:id{[0-9]+}', async (c) => {
	const { account, id } = await named(c);
	await removeConnection(c.var.operations, account, id, c.req.query('anyway') === 'true');
	return c.body(null, 204);
});

/** The connection of the path, in the account of the query. */
async function named(c: Context<AppEnv>): Promise<{ readonly account: number; readonly id: number }> {
	const found = await accountOf(c, c.req.query('account') ?? '');
	const id = Number(c.req.param('id'));
	c.set('audited', { target: `connection:${id}`, accountId: found.id });
	return { account: found.id, id };
}
