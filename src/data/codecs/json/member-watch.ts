import type { WantedField } from '../codec.ts';

/** Names of other members that are remembered while a wanted one has not been seen. */
const MOST_NAMES = 200;
/** Longer ones are no slips, and whoever makes records could fill a checkpoint with them. */
const MOST_CHARACTERS = 200;

/** Plain JSON, so that who reads on elsewhere knows what was seen. */
export interface WatchedMembers {
	/** Members that no record had so far. */
	readonly unseen: readonly string[];
	/** Members that records had and that nobody wanted, among the first of them. */
	readonly others: readonly string[];
	/** Objects looked at. */
	readonly records: number;
}

/** Watches whether wanted members of records occur at all: one that never does is probably a slip in its name. */
export class MemberWatch {
	readonly #wanted: ReadonlySet<string>;
	readonly #unseen: Set<string>;
	readonly #others: Set<string>;
	#records: number;

	/** Paths and positions are not watched: what they lead to may be missing in good records. */
	constructor(fields: readonly Pick<WantedField, 'source'>[], saved?: WatchedMembers) {
		const names = fields.flatMap(({ source }) => (typeof source === 'string' && !source.startsWith('$') ? [source] : []));
		this.#wanted = new Set(names);
		this.#unseen = new Set(saved?.unseen ?? names);
		this.#others = new Set(saved?.others);
		this.#records = saved?.records ?? 0;
	}

	/** Whether there is anything left to look for. */
	get isOpen(): boolean {
		return this.#unseen.size > 0;
	}

	look(record: unknown): void {
		if (this.#unseen.size === 0 || typeof record !== 'object' || record === null || Array.isArray(record)) return;
		this.#records++;
		for (const name of this.#unseen) if (Object.hasOwn(record, name)) this.#unseen.delete(name);
		if (this.#unseen.size === 0 || this.#others.size >= MOST_NAMES) return;
		for (const name in record) {
			if (this.#others.size >= MOST_NAMES) return;
			if (name.length <= MOST_CHARACTERS && !this.#wanted.has(name)) this.#others.add(name);
		}
	}

	state(): WatchedMembers {
		return { unseen: [...this.#unseen], others: [...this.#others], records: this.#records };
	}
}
