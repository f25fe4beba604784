import { AppError } from '../../lib/errors.ts';
import { connectionById, deleteConnection } from '../../store/connections.ts';
import { packagesOfConnection } from '../../store/package-targets.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { connectionType } from './fields.ts';

/** As many are named; more are told as more. */
const SHOWN = 20;

/** Active packages with a component on this connection. Those whose SQL names no table are not known. */
export async function packagesUsing(context: OperationContext, accountId: number, id: number) {
	const found = await packagesOfConnection(context.store, accountId, id, SHOWN + 1);
	return { packages: found.slice(0, SHOWN), more: found.length > SHOWN };
}

/**
 * Forgets a connection and its credentials at once; runs under way fail at their next use of it. `conflict` while packages use it,
 * unless `anyway`. The embedded storage and database stay.
 */
export async function removeConnection(context: OperationContext, accountId: number, id: number, anyway: boolean): Promise<void> {
	const row = await connectionById(context.store, accountId, id);
	if (row === null) throw notFound('connection', id);
	if (connectionType(row.type).fields.length === 0) {
		throw new AppError('invalid_input', `connection ${id} is embedded in the account`, { hint: 'Only connections to systems outside can be removed.' });
	}
	const { packages, more } = await packagesUsing(context, accountId, id);
	if (packages.length > 0 && !anyway) {
		const named = packages.map(({ id: packageId, name }) => `${packageId} (${name})`).join(', ');
		throw new AppError('conflict', `connection ${id} is used by packages ${named}${more ? ' and more' : ''}`, {
			hint: 'Point them at another connection first, or say that it is to be removed anyway: they then fail at their next run.',
		});
	}
	if (!(await deleteConnection(context.store, accountId, id))) throw notFound('connection', id);
}
