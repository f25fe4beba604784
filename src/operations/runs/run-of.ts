import type { Principal } from '../../model/principal.ts';
import { type RunRow, runById } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';

/** The account's run of that number; what may be done with it is asked beside. */
export async function runOf({ store }: Pick<OperationContext, 'store'>, { account }: Principal, id: number): Promise<RunRow> {
	const found = await runById(store, account.id, id);
	if (found === null) throw notFound('run', id);
	return found.run;
}
