import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../lib/errors.ts';
import { recordPageUse } from '../../operations/audit/record.ts';
import type { AppEnv } from '../bindings.ts';

/** Keeps a record of every change that a member of an account makes on its pages, refused ones too. Never what the form says. */
export const auditedPage: MiddlewareHandler<AppEnv> = async (c, next) => {
	const begun = c.var.operations.clock();
	await next();
	const visitor = c.get('visited');
	if (c.req.method !== 'POST' || visitor === undefined) return;
	const code = c.error === undefined ? (c.res.status >= 400 ? 'invalid_input' : null) : c.error instanceof AppError ? c.error.code : 'internal';
	recordPageUse(c.var.operations, {
		action: `POST ${c.req.path}`.slice(0, 100),
		target: `account:${visitor.accountId}`,
		outcome: code === null ? 'ok' : code === 'forbidden' ? 'denied' : 'error',
		errorCode: code,
		durationMs: c.var.operations.clock() - begun,
		requestId: c.var.requestId,
		accountId: visitor.accountId,
		userId: visitor.userId,
	});
};
