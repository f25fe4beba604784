import { Agent } from 'node:http';
import { join } from 'node:path';
import type { GatewaySecrets } from '../../../src/cli/embedded/secrets.ts';
import { openSession } from '../../../src/cli/embedded/session.ts';
import { headersFor, messageFor, post, type Target } from '../load.ts';

/** The data of an account with some packages, and who may call. */
export interface Prepared {
	readonly state: string;
	readonly token: string;
	readonly secrets: GatewaySecrets;
	/** What the gateway answers to each of the requests, for contenders that only repeat it. */
	readonly answers: ReadonlyMap<string, Record<string, unknown>>;
}

interface Asked {
	readonly name: string;
	readonly method: string;
	readonly tool: string | null;
	readonly params: Readonly<Record<string, unknown>>;
}

const PACKAGES = 10;

export async function prepare(folder: string, requests: readonly Asked[]): Promise<Prepared> {
	const state = join(folder, 'state');
	const session = await openSession({ state, host: '127.0.0.1', port: 0, log: () => {} });
	try {
		const target = { url: session.mcpUrl, token: session.token };
		for (let i = 1; i <= PACKAGES; i++) await answerOf(target, 'tools/call', 'create_package', { name: 'create_package', arguments: aPackage(i) });
		const answers = new Map<string, Record<string, unknown>>();
		for (const { name, method, tool, params } of requests) answers.set(name, await answerOf(target, method, tool, params));
		return { state, token: session.token, secrets: session.secrets, answers };
	} finally {
		await session.close();
	}
}

function aPackage(number: number): Record<string, unknown> {
	return {
		name: `Orders ${number}`,
		flow_type: 'dataflow',
		components: [
			{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'n', type: 'integer' }] } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		edges: [{ source: 'in', target: 'out' }],
	};
}

async function answerOf(
	target: Pick<Target, 'url' | 'token'>,
	method: string,
	tool: string | null,
	params: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
	const agent = new Agent();
	const text = await post(target.url, agent, { ...headersFor(method, tool, target), accept: 'application/json' }, messageFor(method, params));
	agent.destroy();
	const { result } = JSON.parse(text) as { result?: Record<string, unknown> };
	if (result === undefined || result['isError'] === true) throw new Error(`no result: ${text.slice(0, 300)}`);
	return result;
}
