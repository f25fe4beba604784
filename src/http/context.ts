import type { MiddlewareHandler } from 'hono';
import type { FileStore } from '../connectors/connector.ts';
import { r2 } from '../connectors/r2/index.ts';
import { objectOperations } from '../objects/operations.ts';
import type { OperationContext } from '../operations/context.ts';
import type { AppEnv } from './bindings.ts';

/** The use cases as a request reaches them: work may outlive its answer. */
export const operations: MiddlewareHandler<AppEnv> = async (c, next) => {
	const { env, executionCtx } = c;
	c.set('operations', { ...objectOperations(env, c.var.log), via: 'http', waitUntil: (work) => executionCtx.waitUntil(work) });
	await next();
};

/** The account's embedded storage, by the connector's own rules of what a path is. */
export async function embeddedFiles({ connectorEnv }: OperationContext, accountId: number): Promise<FileStore> {
	const opened = await r2.open({ accountId, config: {}, secrets: {} }, connectorEnv);
	if (opened.kind !== 'files') throw new Error('the embedded storage is no file store');
	return opened;
}
