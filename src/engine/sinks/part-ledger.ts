import type { RunStorage } from '../ports.ts';

/** The parts of an upload that count: their tags in order of part numbers, from 1. */
export class PartLedger {
	readonly #storage: RunStorage;
	readonly #node: string;
	readonly #tags: string[];
	#saved: number;

	constructor(storage: RunStorage, node: string) {
		this.#storage = storage;
		this.#node = node;
		this.#tags = storage.sql<{ tag: string }>('SELECT tag FROM sink_parts WHERE node = ? ORDER BY part', node).map((row) => row.tag);
		this.#saved = this.#tags.length;
	}

	get tags(): readonly string[] {
		return this.#tags;
	}

	add(tag: string): void {
		this.#tags.push(tag);
	}

	save(): void {
		for (; this.#saved < this.#tags.length; this.#saved++) {
			this.#storage.sql('INSERT INTO sink_parts (node, part, tag) VALUES (?, ?, ?)', this.#node, this.#saved + 1, this.#tags[this.#saved] as string);
		}
	}
}
