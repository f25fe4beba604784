/** What an expression may ask of the outside. One environment a run keeps `CurrentTime()` the same in all of its rows. */
export interface Environment {
	/** Milliseconds since the epoch: what `CurrentTime()` gives. */
	readonly now: number;
	/** 0 (included) to 1 (excluded). */
	random(): number;
	/** A random UUID, version 4. */
	uuid(): string;
}

/** The platform's random numbers, and one moment for all rows. */
export function platformEnvironment(now: number = Date.now()): Environment {
	return { now, random: () => Math.random(), uuid: () => crypto.randomUUID() };
}
