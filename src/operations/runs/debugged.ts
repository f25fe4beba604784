import type { Principal } from '../../model/principal.ts';
import { type RunWithNames, runById } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { requireRunRight } from './access.ts';

/** A run of the account whose records this principal may look into. */
export async function debuggedRun(context: Pick<OperationContext, 'store'>, principal: Principal, runId: number): Promise<RunWithNames> {
	const found = await runById(context.store, principal.account.id, runId);
	if (found === null) throw notFound('run', runId);
	await requireRunRight(context, principal, found.run, 'debug');
	return found;
}
