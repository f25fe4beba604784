const MOST_DEPTH = 32;

/**
 * Walks a struct of Thrift's compact protocol and gives where it ends; throws a RangeError where a length is more than the bytes
 * there are. hyparquet believes every length, so a damaged or hostile file could keep it busy for minutes.
 */
export function checkThrift(bytes: Uint8Array, from = 0): number {
	return new Walker(bytes, from).struct(0);
}

class Walker {
	#at: number;
	readonly #bytes: Uint8Array;

	constructor(bytes: Uint8Array, from: number) {
		this.#bytes = bytes;
		this.#at = from;
	}

	struct(depth: number): number {
		if (depth > MOST_DEPTH) throw new RangeError('metadata is nested too deeply');
		for (;;) {
			const head = this.#byte();
			if ((head & 15) === 0) return this.#at;
			if (head >> 4 === 0) this.#varint();
			this.#value(head & 15, depth);
		}
	}

	#value(type: number, depth: number): void {
		switch (type) {
			case 1:
			case 2:
				return;
			case 3:
				this.#skip(1);
				return;
			case 4:
			case 5:
			case 6:
				this.#varint();
				return;
			case 7:
				this.#skip(8);
				return;
			case 8:
				this.#skip(this.#varint());
				return;
			case 9:
			case 10:
				this.#list(depth);
				return;
			case 12:
				this.struct(depth + 1);
				return;
			default:
				throw new RangeError(`metadata has a value of unknown type ${type}`);
		}
	}

	#list(depth: number): void {
		const head = this.#byte();
		const size = head >> 4 === 15 ? this.#varint() : head >> 4;
		const type = head & 15;
		// Every item takes a byte at least; only booleans do not for hyparquet, and metadata has no lists of them.
		if (size > this.#bytes.length - this.#at || type < 3) throw new RangeError(`metadata has a list of ${size} items`);
		for (let i = 0; i < size; i++) this.#value(type, depth + 1);
	}

	#byte(): number {
		this.#skip(1);
		return this.#bytes[this.#at - 1] as number;
	}

	#skip(count: number): void {
		this.#at += count;
		if (this.#at > this.#bytes.length) throw new RangeError('metadata ends too early');
	}

	/** Of at most 64 bits; sizes past 2^53 are past every end as well. */
	#varint(): number {
		let value = 0;
		for (let unit = 1, count = 0; count < 10; unit *= 128, count++) {
			const byte = this.#byte();
			value += (byte & 127) * unit;
			if (byte < 128) return value;
		}
		throw new RangeError('metadata has a number of more than 64 bits');
	}
}
