import { send, sendJson } from './http-client.ts';

export interface NewHook {
	readonly account: string;
	readonly kind: string;
	readonly name: string;
	readonly events: readonly string[];
	readonly package_ids?: readonly number[];
	readonly destination: string;
}

export interface Hook {
	readonly id: number;
	readonly kind: string;
	readonly name: string;
	readonly enabled: boolean;
	readonly target: string;
	readonly events: readonly string[];
}

export interface HookDelivery {
	readonly event: string;
	readonly subject: string;
	readonly status: string;
	readonly attempts: number;
	readonly last_error: string | null;
	readonly created_at: string;
}

/** The hooks of an account, through the administration API. */
export function hookClient(url: string, adminToken: string, account: string) {
	const api = `${url}/api/admin/hooks`;
	const query = `?account=${encodeURIComponent(account)}`;
	return {
		/** The signing secret of a web hook is in this answer and nowhere else; null for other kinds. */
		async create(hook: NewHook): Promise<{ readonly hook: Hook; readonly signing_secret: string | null }> {
			return (await sendJson(api, adminToken, hook)) as { hook: Hook; signing_secret: string | null };
		},
		async list(): Promise<readonly Hook[]> {
			return ((await (await send(api + query, adminToken)).json()) as { hooks: Hook[] }).hooks;
		},
		async deliveries(id: number): Promise<readonly HookDelivery[]> {
			return ((await (await send(`${api}/${id}${query}`, adminToken)).json()) as { hook: { deliveries: HookDelivery[] } }).hook.deliveries;
		},
		async test(id: number): Promise<void> {
			await send(`${api}/${id}/test${query}`, adminToken, { method: 'POST' });
		},
		async remove(id: number): Promise<void> {
			await send(`${api}/${id}${query}`, adminToken, { method: 'DELETE' });
		},
	};
}
