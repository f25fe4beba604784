import { send, sendJson } from './http-client.ts';

/** What is said of a cluster; of a change only what it is about. */
export interface WantedCluster {
	readonly name?: string;
	readonly nodes?: number;
	readonly type?: string;
	readonly region?: string;
	readonly terminate_on_idle?: boolean;
	/** Seconds. */
	readonly time_to_idle?: number;
}

export interface ClusterShown extends Required<WantedCluster> {
	readonly id: number;
	readonly is_default: boolean;
	readonly status: string;
	readonly running_jobs_count: number;
	readonly queued_jobs_count: number;
}

export interface ClusterChanged {
	readonly cluster_id: number;
	readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[];
	readonly running_jobs_count: number;
	readonly queued_jobs_count: number;
}

/** The clusters of an account, through the administration API. */
export function clusterClient(url: string, adminToken: string, account: string) {
	const api = `${url}/api/admin/clusters`;
	const query = `?account=${encodeURIComponent(account)}`;
	return {
		async list(status: string | undefined): Promise<readonly ClusterShown[]> {
			const only = status === undefined ? '' : `&status=${encodeURIComponent(status)}`;
			const found: ClusterShown[] = [];
			for (let cursor: string | null = ''; cursor !== null; ) {
				const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
				const page = (await (await send(api + query + only + from, adminToken)).json()) as { clusters: ClusterShown[]; next_cursor: string | null };
				found.push(...page.clusters);
				cursor = page.next_cursor;
			}
			return found;
		},
		async create(name: string, wanted: WantedCluster): Promise<ClusterChanged> {
			return (await sendJson(api, adminToken, { account, ...wanted, name })) as ClusterChanged;
		},
		async update(id: number, wanted: WantedCluster): Promise<ClusterChanged> {
			const request = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wanted) };
			return (await (await send(`${api}/${id}${query}`, adminToken, request)).json()) as ClusterChanged;
		},
		async remove(id: number): Promise<{ readonly message: string }> {
			return (await (await send(`${api}/${id}${query}`, adminToken, { method: 'DELETE' })).json()) as { message: string };
		},
	};
}
