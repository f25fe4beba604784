import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { AppError } from '../../lib/errors.ts';
import { clusterSettings, clusterStatusSchema } from '../../model/cluster.ts';
import { createCluster, updateCluster } from '../../operations/clusters/change.ts';
import { listClusters } from '../../operations/clusters/list.ts';
import { removeCluster } from '../../operations/clusters/remove.ts';
import type { AppEnv } from '../bindings.ts';
import { readJson } from '../read-json.ts';
import { accountOf } from './account-of.ts';

const NAME = z.string().min(1).max(200);
const settings = z.object(clusterSettings).partial().shape;
const created = z.strictObject({ account: z.string().min(1), name: NAME, ...settings });
const changed = z.strictObject({ name: NAME.optional(), ...settings });

/** Clusters of an account for the command line; behind the administration token. */
export const adminClusters = new Hono<AppEnv>();

adminClusters.post('/clusters', async (c) => {
	const { account: name, ...wanted } = await readJson(c, created);
	const account = await accountOf(c, name);
	c.set('audited', { target: `account:${account.id}`, accountId: account.id });
	const made = await createCluster(c.var.operations, { account }, wanted);
	c.set('audited', { target: `cluster:${made.cluster_id}`, accountId: account.id });
	return c.json(made, 201);
});

adminClusters.get('/clusters', async (c) => {
	const account = await accountOf(c, c.req.query('account') ?? '');
	c.set('audited', { target: `account:${account.id}`, accountId: account.id });
	const [status, cursor] = [statusOf(c), c.req.query('cursor')];
	return c.json(await listClusters(c.var.operations, { account }, { status, cursor }));
});

adminClusters.patch('/clusters/:id{[0-9]+}', async (c) => {
	const { account, cluster_id } = await named(c);
	return c.json(await updateCluster(c.var.operations, { account }, { cluster_id, ...(await readJson(c, changed)) }));
});

adminClusters.delete('/clusters/:id{[0-9]+}', async (c) => {
	const { account, cluster_id } = await named(c);
	return c.json(await removeCluster(c.var.operations, { account }, { cluster_id }));
});

function statusOf(c: Context<AppEnv>) {
	const status = c.req.query('status');
	const parsed = clusterStatusSchema.optional().safeParse(status);
	if (parsed.success) return parsed.data;
	throw new AppError('invalid_input', `a cluster has no status ${JSON.stringify(status?.slice(0, 40))}`, {
		hint: `It is one of ${clusterStatusSchema.options.join(', ')}.`,
	});
}

/** The cluster of the path, in the account of the query. */
async function named(c: Context<AppEnv>) {
	const account = await accountOf(c, c.req.query('account') ?? '');
	const cluster_id = Number(c.req.param('id'));
	c.set('audited', { target: `cluster:${cluster_id}`, accountId: account.id });
	return { account, cluster_id };
}
