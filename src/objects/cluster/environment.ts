/** How many runs a cluster may have at a time, from the index; one where the cluster is unknown there. */
export async function clusterNodes(env: Env, name: string | undefined): Promise<number> {
	const id = Number(name?.slice('cluster:'.length));
	const row = await env.DB.prepare('SELECT nodes FROM clusters WHERE id = ?').bind(id).first<{ nodes: number }>();
	return Math.max(1, row?.nodes ?? 1);
}
