import type { MiddlewareHandler } from 'hono';
import { equalInConstantTime } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { recordAdminUse } from '../../operations/audit/record.ts';
import type { AppEnv } from '../bindings.ts';

/** Admits only the administration token, and keeps a record of every use, refused ones too. */
export const admin: MiddlewareHandler<AppEnv> = async (c, next) => {
	const { operations, requestId } = c.var;
	const begun = operations.clock();
	const record = (outcome: 'ok' | 'error' | 'denied', errorCode: string | null): void =>
		recordAdminUse(operations, {
			action: `${c.req.method} ${c.req.path}`.slice(0, 100),
			target: c.get('audited')?.target ?? null,
			outcome,
			errorCode,
			durationMs: operations.clock() - begun,
			requestId,
			accountId: c.get('audited')?.accountId ?? null,
		});
	const given = /^bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
	const wanted = c.env.HEADGATE_ADMIN_TOKEN;
	if (given === undefined || !wanted || !(await equalInConstantTime(given, wanted))) {
		if (given !== undefined) record('denied', 'unauthenticated');
		c.header('WWW-Authenticate', 'Bearer');
		throw new AppError('unauthenticated', 'The administration API needs its token.', {
			hint: 'Send "Authorization: Bearer" with the value of the secret HEADGATE_ADMIN_TOKEN.',
		});
	}
	await next();
	const code = c.error === undefined ? null : c.error instanceof AppError ? c.error.code : 'internal';
	record(code === null ? 'ok' : 'error', code);
};
