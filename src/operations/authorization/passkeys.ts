import { deletePasskey, listPasskeys, type PasskeyRow } from '../../store/passkeys.ts';
import type { OperationContext } from '../context.ts';

type Context = Pick<OperationContext, 'store'>;

export function passkeys(context: Context, userId: number): Promise<PasskeyRow[]> {
	return listPasskeys(context.store, userId);
}

export function forgetPasskey(context: Context, userId: number, id: string): Promise<void> {
	return deletePasskey(context.store, userId, id);
}
