import { send, sendJson } from './http-client.ts';

export interface ConnectionSummary {
	readonly id: number;
	readonly name: string;
	readonly type: string;
	readonly status: string;
	readonly last_check_message?: string | null;
}

export interface ConnectionShown extends ConnectionSummary {
	readonly config: Readonly<Record<string, unknown>>;
}

export interface ConnectionTypeShown {
	readonly type: string;
	readonly title: string;
	readonly fields: readonly {
		readonly name: string;
		readonly kind: string;
		readonly required: boolean;
		readonly default: unknown;
		readonly description: string;
	}[];
}

/** What is sent of a connection; of a change only what it is about. */
export interface WantedConnection {
	readonly name?: string;
	readonly config?: Readonly<Record<string, unknown>>;
	readonly secrets?: Readonly<Record<string, string>>;
}

/** The connections of an account, through the administration API. */
export function connectionClient(url: string, adminToken: string, account: string) {
	const api = `${url}/api/admin/connections`;
	const query = `?account=${encodeURIComponent(account)}`;
	return {
		async create(type: string, wanted: WantedConnection): Promise<ConnectionShown> {
			return ((await sendJson(api, adminToken, { account, type, ...wanted })) as { connection: ConnectionShown }).connection;
		},
		async list(): Promise<readonly ConnectionSummary[]> {
			const found: ConnectionSummary[] = [];
			for (let cursor: string | null = ''; cursor !== null; ) {
				const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
				const page = (await (await send(api + query + from, adminToken)).json()) as { connections: ConnectionSummary[]; next_cursor: string | null };
				found.push(...page.connections);
				cursor = page.next_cursor;
			}
			return found;
		},
		async get(id: number): Promise<ConnectionShown> {
			return ((await (await send(`${api}/${id}${query}`, adminToken)).json()) as { connection: ConnectionShown }).connection;
		},
		async update(id: number, wanted: WantedConnection): Promise<ConnectionShown> {
			const request = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wanted) };
			return ((await (await send(`${api}/${id}${query}`, adminToken, request)).json()) as { connection: ConnectionShown }).connection;
		},
		async test(id: number): Promise<{ readonly success: boolean; readonly message: string }> {
			return (await (await send(`${api}/${id}/test${query}`, adminToken, { method: 'POST' })).json()) as { success: boolean; message: string };
		},
		async remove(id: number, anyway: boolean): Promise<void> {
			await send(`${api}/${id}${query}${anyway ? '&anyway=true' : ''}`, adminToken, { method: 'DELETE' });
		},
	};
}

/** Every type of connection with what it asks for. */
export async function connectionTypes(url: string, adminToken: string): Promise<readonly ConnectionTypeShown[]> {
	return ((await (await send(`${url}/api/admin/connection_types`, adminToken)).json()) as { types: ConnectionTypeShown[] }).types;
}
