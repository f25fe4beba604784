import type { Context } from 'hono';
import { AppError } from '../../lib/errors.ts';
import { type AccountView, findAccount } from '../../operations/provisioning/accounts.ts';
import type { AppEnv } from '../bindings.ts';

/** The account that a request of the administration API names, by slug or id. */
export async function accountOf(c: Context<AppEnv>, name: string): Promise<AccountView> {
	const found = await findAccount(c.var.operations, name);
	if (found !== null) return found;
	throw new AppError('not_found', `There is no account ${name.slice(0, 100)}.`, { hint: 'Make it first: POST /api/admin/accounts.' });
}
