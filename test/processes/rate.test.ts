import { expect, test } from 'vitest';
import { startGatewayProcess, withFolder } from '../support/gateway-process.ts';

test('a gateway that counts calls answers 429 past their number, with when to come again', async () => {
	await withFolder(async (folder) => {
		const gateway = await startGatewayProcess(folder, [], { HEADGATE_TOKEN_CALLS: '3' });
		const list = () =>
			fetch(gateway.ready.mcp_url, {
				method: 'POST',
				headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${gateway.ready.token}` },
				body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
			});
		const statuses = [];
		for (let call = 0; call < 8; call++) statuses.push((await list()).status);
		// The platform counts by the clock's minute: a new one may begin once on the way.
		expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(6);
		expect(new Set(statuses)).toEqual(new Set([200, 429]));
		await gateway.end('SIGTERM');
	});
});
