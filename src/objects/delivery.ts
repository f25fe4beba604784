import { DurableObject } from 'cloudflare:workers';
import { describeFault, logger } from '../lib/log.ts';
import { MINUTE } from '../lib/time.ts';
import type { HookMessage } from '../model/hook.ts';
import { deliver } from '../operations/hooks/deliver.ts';
import type { DeliveryHandle } from '../operations/hooks/ports.ts';
import { type DueDelivery, Outbox } from './delivery/outbox.ts';
import { objectOperations } from './operations.ts';
import { durableStorage } from './run/storage.ts';

/** A turn begins no more attempts behind this: the platform gives an alarm a quarter of an hour. */
const TURN_MS = MINUTE;

/** What an account's hooks are still to be told. It outlives whatever happened: a run may long be gone when its message arrives. */
export class DeliveryObject extends DurableObject<Env> implements DeliveryHandle {
	readonly #log = logger({ object: 'delivery', name: this.ctx.id.name });
	readonly #outbox = new Outbox(durableStorage(this.ctx.storage));
	/** Kept when more is accepted: an alarm that waits for a slow receiver takes it in, since the next would come behind it. Safe to lose with that alarm. */
	#more = Promise.withResolvers<void>();

	async accept(message: HookMessage, hookIds: readonly number[]): Promise<void> {
		const now = Date.now();
		this.ctx.storage.transactionSync(() => {
			for (const hookId of hookIds) this.#outbox.add(message, hookId, now);
		});
		this.#more.resolve();
		await this.#arm();
	}

	/** Never throws: after six failures the platform would give the alarm up. Each hook goes on as soon as its own receiver has answered. */
	override async alarm(): Promise<void> {
		const begun = Date.now();
		this.#outbox.forgetOld(begun);
		const underWay = new Map<number, Promise<void>>();
		for (;;) {
			const now = Date.now();
			this.#more = Promise.withResolvers();
			for (const due of now - begun < TURN_MS ? this.#outbox.due(now) : []) {
				if (!underWay.has(due.id))
					underWay.set(
						due.id,
						this.#attempt(due).finally(() => underWay.delete(due.id)),
					);
			}
			if (underWay.size === 0) break;
			await Promise.race([...underWay.values(), this.#more.promise]);
		}
		await this.#arm();
	}

	/** The outbox is written last: an object that dies in between sends once more, and receivers know a message by its id. */
	async #attempt(due: DueDelivery): Promise<void> {
		const { id, attempts } = due;
		try {
			const accountId = Number(this.ctx.id.name?.slice('delivery:'.length));
			const { nextAttemptAt } = await deliver(objectOperations(this.env, this.#log), accountId, due);
			this.#outbox.settle(id, attempts + 1, nextAttemptAt);
		} catch (error) {
			// The index is away: nothing was sent, or it is not known. The attempt does not count.
			this.#log.error('a delivery could not be attempted', { message: due.message.id, error: describeFault(error) });
			this.#outbox.settle(id, attempts, Date.now() + MINUTE);
		}
	}

	async #arm(): Promise<void> {
		const next = this.#outbox.nextAt();
		if (next !== null) await this.ctx.storage.setAlarm(next);
	}
}
