import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import { DAY } from '../../lib/time.ts';
import { hookEventSchema, hookKindSchema } from '../../model/hook.ts';
import { roleSchema, scopeSchema } from '../../model/principal.ts';
import { createHook, getHook, listHooks, removeHook, testHook } from '../../operations/hooks/manage.ts';
import { createAccount } from '../../operations/provisioning/accounts.ts';
import { createToken } from '../../operations/provisioning/tokens.ts';
import { createUser } from '../../operations/provisioning/users.ts';
import type { AppEnv } from '../bindings.ts';
import { admin } from '../middleware/admin.ts';
import { readJson } from '../read-json.ts';
import { accountOf } from './account-of.ts';
import { adminClusters } from './admin-clusters.ts';
import { adminConnections } from './admin-connections.ts';

const accountBody = z.strictObject({ slug: z.string().min(1).max(64), name: z.string().min(1).max(200).optional() });
const userBody = z.strictObject({ email: z.string().min(3).max(254), account: z.string().min(1), role: roleSchema, password: z.string().max(1024).optional() });
const tokenBody = z.strictObject({
	account: z.string().min(1),
	user: z.string().min(1),
	name: z.string().min(1).max(200),
	scopes: z.array(scopeSchema).min(1),
	expires_days: z.number().positive().max(3660).nullable().default(null),
	read_only: z.boolean().optional(),
	tools: z.array(z.string().max(64)).max(200).optional(),
	token: z.string().max(200).optional(),
});
const hookBody = z.strictObject({
	account: z.string().min(1),
	kind: hookKindSchema,
	name: z.string().min(1).max(100),
	events: z.array(hookEventSchema).min(1),
	package_ids: z.array(z.int().min(1)).max(50).optional(),
	destination: z.string().min(1).max(2000),
});

/** Provisioning of a running gateway: what the command line speaks to. */
export const adminApi = new Hono<AppEnv>();

adminApi.use('*', admin);

adminApi.post('/accounts', async (c) => {
	const made = await createAccount(c.var.operations, await readJson(c, accountBody));
	c.set('audited', { target: `account:${made.account.id}`, accountId: made.account.id });
	return c.json(made, made.created ? 201 : 200);
});

adminApi.post('/users', async (c) => {
	const made = await createUser(c.var.operations, await readJson(c, userBody, ['password']));
	c.set('audited', { target: `user:${made.user.id}`, accountId: null });
	return c.json(made, made.created ? 201 : 200);
});

adminApi.post('/tokens', async (c) => {
	const { expires_days, token, ...wanted } = await readJson(c, tokenBody, ['token']);
	if (token !== undefined && c.env.HEADGATE_LOCAL !== '1') {
		throw new AppError('forbidden', "A token's value may be chosen only on a local gateway.", { hint: 'Leave `token` out: the gateway makes one.' });
	}
	const expires_in = expires_days === null ? null : Math.round(expires_days * DAY);
	const made = await createToken(c.var.operations, { ...wanted, expires_in, ...(token === undefined ? {} : { token }) });
	c.set('audited', { target: `grant:${made.grant_id}`, accountId: null });
	return c.json(made, 201);
});

adminApi.route('/', adminClusters);
adminApi.route('/', adminConnections);

adminApi.post('/hooks', async (c) => {
	const { account, ...wanted } = await readJson(c, hookBody, ['destination']);
	const found = await accountOf(c, account);
	const made = await createHook(c.var.operations, { accountId: found.id, userId: null }, wanted);
	c.set('audited', { target: `hook:${made.hook.id}`, accountId: found.id });
	return c.json(made, 201);
});

adminApi.get('/hooks', async (c) => {
	const found = await accountOf(c, c.req.query('account') ?? '');
	c.set('audited', { target: `account:${found.id}`, accountId: found.id });
	return c.json({ hooks: await listHooks(c.var.operations, found.id) });
});

adminApi.get('/hooks/:id{[0-9]+}', async (c) => {
	const { account, id } = await hookOf(c);
	return c.json({ hook: await getHook(c.var.operations, account, id) });
});

adminApi.post('/hooks/:id{[0-9]+}/test', async (c) => {
	const { account, id } = await hookOf(c);
	return c.json(await testHook(c.var.operations, account, id), 202);
});

adminApi.delete('/hooks/:id{[0-9]+}', async (c) => {
	const { account, id } = await hookOf(c);
	await removeHook(c.var.operations, account, id);
	return c.body(null, 204);
});

/** The hook of the path, in the account of the query. */
async function hookOf(c: Context<AppEnv>): Promise<{ readonly account: number; readonly id: number }> {
	const found = await accountOf(c, c.req.query('account') ?? '');
	const id = Number(c.req.param('id'));
	c.set('audited', { target: `hook:${id}`, accountId: found.id });
	return { account: found.id, id };
}
