/** Bytes written one after another into a buffer that grows. Numbers are little-endian. */
export class ByteWriter {
	length = 0;
	#bytes: Uint8Array<ArrayBuffer>;
	#view: DataView;

	constructor(capacity: number) {
		this.#bytes = new Uint8Array(capacity);
		this.#view = new DataView(this.#bytes.buffer);
	}

	/** Begins anew in the same memory: what `finish` gave before is written over. */
	reset(): void {
		this.length = 0;
	}

	/** Bytes that fit before its memory has to grow. */
	get capacity(): number {
		return this.#bytes.length;
	}

	/** One byte, where room was made before. */
	setByte(at: number, value: number): void {
		this.#bytes[at] = value;
	}

	/** Four bytes, highest first, where room was made before. */
	setUint32(at: number, value: number): void {
		this.#view.setUint32(at, value);
	}

	/** Makes room and gives where the next byte goes. */
	reserve(count: number): number {
		const at = this.length;
		this.length += count;
		if (this.length > this.#bytes.length) {
			const larger = new Uint8Array(Math.max(this.length, this.#bytes.length * 2));
			larger.set(this.#bytes.subarray(0, at));
			this.#bytes = larger;
			this.#view = new DataView(larger.buffer);
		}
		return at;
	}

	byte(value: number): void {
		const at = this.reserve(1);
		this.#bytes[at] = value;
	}

	/** 0 – 2^53 in seven-bit groups, lowest first. */
	varint(value: number): void {
		let rest = value;
		while (rest >= 128) {
			this.byte((rest % 128) | 128);
			rest = Math.floor(rest / 128);
		}
		this.byte(rest);
	}

	double(value: number): void {
		const at = this.reserve(8);
		this.#view.setFloat64(at, value, true);
	}

	bytes(source: Uint8Array): void {
		const at = this.reserve(source.length);
		this.#bytes.set(source, at);
	}

	/** Bytes of a longer array; a few are copied one by one, which a call for so few would not be worth. */
	part(source: Uint8Array, from: number, to: number): void {
		const at = this.reserve(to - from);
		if (to - from > 32) this.#bytes.set(source.subarray(from, to), at);
		else for (let i = from; i < to; i++) this.#bytes[at + i - from] = source[i] as number;
	}

	/** What was written, as a view. */
	finish(): Uint8Array<ArrayBuffer> {
		return this.#bytes.subarray(0, this.length);
	}
}

export class ByteReader {
	at = 0;
	readonly #bytes: Uint8Array;
	readonly #view: DataView;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	byte(): number {
		return this.#view.getUint8(this.at++);
	}

	varint(): number {
		let value = 0;
		let unit = 1;
		for (;;) {
			const byte = this.byte();
			value += (byte & 127) * unit;
			if (byte < 128) return value;
			unit *= 128;
		}
	}

	double(): number {
		this.at += 8;
		return this.#view.getFloat64(this.at - 8, true);
	}

	/** A view of the next bytes. */
	bytes(count: number): Uint8Array {
		this.at += count;
		if (this.at > this.#bytes.length) throw new RangeError(`packed bytes end at ${this.#bytes.length}, ${this.at} were promised`);
		return this.#bytes.subarray(this.at - count, this.at);
	}
}
