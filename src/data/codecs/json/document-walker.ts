import { AppError } from '../../../lib/errors.ts';
import type { ByteQueue } from '../byte-queue.ts';
import { isBlank, stringEnd, valueEnd } from './value-end.ts';

/**
 * Walks a JSON document down a path of names and indexes, without holding more than a key or one record of it, and gives the
 * extents of the records there: the items of the array the path leads to, or the one value. Its state is plain JSON at any
 * place between two tokens, and inside the strings and containers it skips.
 */
export interface WalkerState {
	/** Open containers, outermost first; `{` and `[` of the path, then the records' array as `*`. */
	readonly open: string;
	/** Index of the next element in each open `[`. */
	readonly indexes: readonly number[];
	/** What may come next. */
	readonly expect: 'value' | 'key' | 'colon' | 'separator' | 'first';
	/** The member whose value comes next is on the path. */
	readonly wanted: boolean;
	/** Inside a value that is skipped: how deep, and whether in a string. */
	readonly skip: { readonly depth: number; readonly inString: boolean } | null;
	/** The path has led somewhere. */
	readonly found: boolean;
}

/** Where a record's bytes are. `item`: it is one of an array's, not what the path leads to itself. */
export interface WalkedRecord {
	readonly start: number;
	readonly stop: number;
	readonly item: boolean;
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 34;
const COMMA = 44;

export class DocumentWalker {
	readonly #path: readonly (string | number)[];
	#open: string;
	#indexes: number[];
	#expect: WalkerState['expect'];
	#wanted: boolean;
	#skip: { depth: number; inString: boolean } | null;
	#found: boolean;

	constructor(path: readonly (string | number)[], state: WalkerState | null) {
		this.#path = path;
		this.#open = state?.open ?? '';
		this.#indexes = [...(state?.indexes ?? [])];
		this.#expect = state?.expect ?? 'value';
		this.#wanted = state?.wanted ?? true;
		this.#skip = state?.skip ? { ...state.skip } : null;
		this.#found = state?.found ?? false;
	}

	state(): WalkerState {
		const skip = this.#skip === null ? null : { ...this.#skip };
		return { open: this.#open, indexes: [...this.#indexes], expect: this.#expect, wanted: this.#wanted, skip, found: this.#found };
	}

	/** Whether the document is whole if nothing follows. */
	get complete(): boolean {
		return this.#open === '' && (this.#skip === null || (this.#skip.depth === 0 && !this.#skip.inString));
	}

	get found(): boolean {
		return this.#found;
	}

	/**
	 * Walks the queue from `cursor.at` to the next record and leaves it behind that; null where the bytes end first, and then it is
	 * left where more are needed.
	 */
	next(queue: ByteQueue, cursor: { at: number }, final: boolean): WalkedRecord | null {
		const { bytes, end } = queue;
		for (;;) {
			if (this.#skip !== null) {
				if (!this.#skipOn(queue, cursor)) return null;
				continue;
			}
			while (cursor.at < end && isBlank(bytes[cursor.at] as number)) cursor.at++;
			if (cursor.at >= end) return null;
			const byte = bytes[cursor.at] as number;
			switch (this.#expect) {
				case 'first':
					if (this.#closes(byte, cursor)) break;
					this.#expect = this.#open.endsWith('{') ? 'key' : 'value';
					if (this.#expect === 'value') this.#atElement();
					break;
				case 'separator':
					if (this.#closes(byte, cursor)) break;
					if (byte !== COMMA) throw this.#unexpected(queue, cursor.at);
					cursor.at++;
					this.#expect = this.#open.endsWith('{') ? 'key' : 'value';
					if (this.#expect === 'value') this.#atElement();
					break;
				case 'key': {
					if (byte !== QUOTE) throw this.#unexpected(queue, cursor.at);
					const stop = stringEnd(bytes, cursor.at, end);
					if (stop < 0) return null;
					this.#wanted = this.#isStep(bytes.subarray(cursor.at, stop));
					cursor.at = stop;
					this.#expect = 'colon';
					break;
				}
				case 'colon':
					if (byte !== 0x3a) throw this.#unexpected(queue, cursor.at);
					cursor.at++;
					this.#expect = 'value';
					break;
				case 'value': {
					const step = this.#value(queue, cursor, final);
					if (step !== 'on') return step;
				}
			}
		}
	}

	/** At a value: goes into it, begins to skip it, or gives it as a record. */
	#value(queue: ByteQueue, cursor: { at: number }, final: boolean): WalkedRecord | null | 'on' {
		const { bytes, end } = queue;
		const byte = bytes[cursor.at] as number;
		const inRecords = this.#open.endsWith('*');
		const depth = this.#open.length;
		if (!inRecords && this.#wanted) {
			const step = this.#path[depth];
			if ((typeof step === 'string' && byte === OPEN_BRACE) || (typeof step === 'number' && byte === OPEN_BRACKET))
				return this.#enter(byte === OPEN_BRACE ? '{' : '[', cursor);
			if (step === undefined && byte === OPEN_BRACKET) return this.#enter('*', cursor);
		}
		if (inRecords || (this.#wanted && depth === this.#path.length)) {
			const stop = valueEnd(bytes, cursor.at, end, final);
			if (stop < 0) return null;
			if (stop === cursor.at) throw this.#unexpected(queue, cursor.at);
			const start = cursor.at;
			cursor.at = stop;
			this.#closed();
			this.#found = true;
			return { start, stop, item: inRecords };
		}
		this.#skip = { depth: 0, inString: false };
		return 'on';
	}

	#enter(container: '{' | '[' | '*', cursor: { at: number }): 'on' {
		this.#open += container;
		if (container === '[') this.#indexes.push(0);
		else if (container === '*') this.#found = true;
		this.#expect = 'first';
		cursor.at++;
		return 'on';
	}

	/** Takes a closing bracket, if it is one. */
	#closes(byte: number, cursor: { at: number }): boolean {
		const container = this.#open.at(-1);
		if (byte !== (container === '{' ? 0x7d : 0x5d)) return false;
		if (container === '[') this.#indexes.pop();
		this.#open = this.#open.slice(0, -1);
		cursor.at++;
		this.#closed();
		return true;
	}

	/** A value has ended. Behind the document itself another may follow: a file of several is read as all of theirs. */
	#closed(): void {
		this.#expect = this.#open === '' ? 'value' : 'separator';
		this.#wanted = this.#open === '';
	}

	#atElement(): void {
		if (!this.#open.endsWith('[')) return;
		const last = this.#indexes.length - 1;
		const index = this.#indexes[last] as number;
		this.#wanted = this.#path[this.#open.length - 1] === index;
		this.#indexes[last] = index + 1;
	}

	#isStep(key: Uint8Array): boolean {
		try {
			return JSON.parse(new TextDecoder().decode(key)) === this.#path[this.#open.length - 1];
		} catch {
			return false;
		}
	}

	/** Goes on skipping; false where the bytes end first. */
	#skipOn(queue: ByteQueue, cursor: { at: number }): boolean {
		const skip = this.#skip as { depth: number; inString: boolean };
		const { bytes, end } = queue;
		while (cursor.at < end) {
			const byte = bytes[cursor.at] as number;
			if (skip.inString) {
				// A backslash at the very end waits for what it escapes.
				if (byte === 92 && cursor.at + 1 >= end) return false;
				cursor.at += byte === 92 ? 2 : 1;
				if (byte !== QUOTE) continue;
				skip.inString = false;
			} else if (byte === QUOTE) {
				skip.inString = true;
				cursor.at++;
				continue;
			} else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
				skip.depth++;
				cursor.at++;
				continue;
			} else if (skip.depth > 0) {
				cursor.at++;
				if (byte !== 0x7d && byte !== 0x5d) continue;
				skip.depth--;
			} else if (byte !== COMMA && byte !== 0x7d && byte !== 0x5d && !isBlank(byte)) {
				cursor.at++;
				continue;
			}
			if (skip.depth > 0) continue;
			this.#skip = null;
			this.#closed();
			return true;
		}
		return false;
	}

	#unexpected(queue: ByteQueue, at: number): AppError {
		const shown = new TextDecoder().decode(queue.bytes.subarray(at, Math.min(queue.end, at + 20)));
		return new AppError('invalid_input', `the document is not JSON at byte ${queue.offset + at - queue.from}: ${JSON.stringify(shown)}`, {
			hint: 'Check that the file is JSON, whole, and not compressed; one JSON value a line is record_type ndjson.',
		});
	}
}
