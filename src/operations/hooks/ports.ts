import type { HookMessage } from '../../model/hook.ts';

/** The object of an account's deliveries, reached by `delivery:<account>`. */
export interface DeliveryHandle {
	/** Keeps the message for these hooks and sends it, again and again if need be. Telling the same message twice changes nothing. */
	accept(message: HookMessage, hookIds: readonly number[]): Promise<void>;
}
