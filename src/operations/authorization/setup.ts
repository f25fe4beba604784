import { insertFirstOwner } from '../../store/joining.ts';
import { anyUser } from '../../store/users.ts';
import type { OperationContext } from '../context.ts';
import { createAccount } from '../provisioning/accounts.ts';
import { hashPassword } from '../provisioning/password.ts';
import { checkedEmail, checkedPassword } from '../provisioning/users.ts';

type Context = Pick<OperationContext, 'store' | 'clock'>;

/** Whether nobody has been made here yet. */
export async function isFresh(context: Context): Promise<boolean> {
	return !(await anyUser(context.store));
}

/** The first account and its owner. Null when somebody else was first. */
export async function setUp(
	context: Context,
	input: { readonly slug: string; readonly email: string; readonly password: string },
): Promise<{ readonly userId: number; readonly slug: string } | null> {
	const [email, password] = [checkedEmail(input.email), checkedPassword(input.password)];
	if (!(await isFresh(context))) return null;
	const { account } = await createAccount(context, { slug: input.slug });
	const userId = await insertFirstOwner(context.store, { accountId: account.id, email, passwordHash: await hashPassword(password), now: context.clock() });
	return userId === null ? null : { userId, slug: account.slug };
}
