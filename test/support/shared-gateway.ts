import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Ready, startGatewayProcess } from './gateway-process.ts';

declare module 'vitest' {
	interface ProvidedContext {
		gateway: Ready;
	}
}

/** One running gateway for all the client tests, which reach it by `inject('gateway')`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const state = await mkdtemp(join(tmpdir(), 'headgate-clients-'));
	const gateway = await startGatewayProcess(state);
	project.provide('gateway', gateway.ready);
	return async () => {
		await gateway.end('SIGTERM');
		await rm(state, { recursive: true, force: true });
	};
}
