import { DurableObject } from 'cloudflare:workers';
import { describeFault, logger } from '../lib/log.ts';
import { MINUTE } from '../lib/time.ts';
import type { ScheduleHandle } from '../operations/schedules/ports.ts';
import { takeTurn } from '../operations/schedules/turn.ts';
import { objectOperations } from './operations.ts';

const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = MINUTE;

/**
 * The schedules of one account. It keeps nothing but its alarm: what is due stands in the index, so that an object that was lost is
 * whole again at the next look, and the sweep gives that to every account whose schedules are late.
 */
export class ScheduleObject extends DurableObject<Env> implements ScheduleHandle {
	readonly #log = logger({ object: 'schedule', name: this.ctx.id.name });
	/** Counts looks, for one that comes during a turn; losing it with the object leaves the alarm that the look has set. */
	#looks = 0;
	/** Losing it makes the next pause a short one. */
	#faults = 0;

	async look(): Promise<void> {
		this.#looks++;
		await this.ctx.storage.setAlarm(Date.now());
	}

	/** Never throws: after six failures the platform would give the alarm up. */
	override async alarm(): Promise<void> {
		const looks = this.#looks;
		const next = await this.#turn();
		// What was told meanwhile may have come too late for this turn.
		if (looks !== this.#looks) await this.ctx.storage.setAlarm(Date.now());
		else if (next === null) await this.ctx.storage.deleteAlarm();
		else await this.ctx.storage.setAlarm(next);
	}

	async #turn(): Promise<number | null> {
		try {
			const accountId = Number(this.ctx.id.name?.slice('schedule:'.length));
			const { next, failed } = await takeTurn({ ...objectOperations(this.env, this.#log), via: 'schedule' }, accountId);
			this.#faults = failed ? this.#faults + 1 : 0;
			if (!failed || next === null) return failed ? this.#pause() : next;
			return Math.max(next, this.#pause());
		} catch (error) {
			this.#faults++;
			this.#log.error('a turn failed', { error: describeFault(error) });
			return this.#pause();
		}
	}

	/** Later and later, without end. */
	#pause(): number {
		return Date.now() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#faults - 1));
	}
}
