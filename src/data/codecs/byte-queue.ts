/** Bytes that came and are not used up yet, in one piece, with a byte to spare behind them. */
export class ByteQueue {
	bytes = new Uint8Array(0);
	/** First byte not used. */
	from = 0;
	/** Behind the last. */
	end = 0;
	/** Offset in the file of `from`. */
	offset: number;

	constructor(offset: number) {
		this.offset = offset;
	}

	get length(): number {
		return this.end - this.from;
	}

	push(chunk: Uint8Array): void {
		const needed = this.length + chunk.length + 1;
		if (this.end + chunk.length + 1 > this.bytes.length) {
			// Moved to the front of what is there, or of twice the room: each byte is copied a bounded number of times.
			const target = needed <= this.bytes.length / 2 ? this.bytes : new Uint8Array(Math.max(needed * 2, 65_536));
			target.set(this.bytes.subarray(this.from, this.end));
			this.end = this.length;
			this.from = 0;
			this.bytes = target;
		}
		this.bytes.set(chunk, this.end);
		this.end += chunk.length;
	}

	/** Uses up the bytes before a place in `bytes`. */
	consume(to: number): void {
		this.offset += to - this.from;
		this.from = to;
	}

	/** What is not used, as a view. */
	rest(): Uint8Array {
		return this.bytes.subarray(this.from, this.end);
	}
}
