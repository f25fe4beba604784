const encoder = new TextEncoder();
const ZERO = 48;

/** UTF-8 text under construction. Callers `ensure` room first; writing digits and signs byte by byte beats joining strings. */
export class TextSink {
	bytes: Uint8Array<ArrayBuffer>;
	at = 0;

	constructor(capacity = 65_536) {
		this.bytes = new Uint8Array(capacity);
	}

	ensure(room: number): void {
		if (this.at + room <= this.bytes.length) return;
		const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + room));
		larger.set(this.bytes.subarray(0, this.at));
		this.bytes = larger;
	}

	/** Any text. */
	text(text: string): void {
		this.ensure(text.length * 3);
		const from = this.at;
		for (let i = 0; i < text.length; i++) {
			const code = text.charCodeAt(i);
			if (code >= 0x80) {
				this.at = from + encoder.encodeInto(text, this.bytes.subarray(from)).written;
				return;
			}
			this.bytes[from + i] = code;
		}
		this.at = from + text.length;
	}

	raw(bytes: Uint8Array): void {
		this.ensure(bytes.length);
		this.bytes.set(bytes, this.at);
		this.at += bytes.length;
	}

	/** A safe integer. At most 17 bytes. */
	integer(value: number): void {
		this.ensure(17);
		let rest = value;
		if (rest < 0) {
			this.bytes[this.at++] = 45;
			rest = -rest;
		}
		if (rest > 2_147_483_647) {
			this.text(String(rest));
			return;
		}
		let digits = 1;
		for (let limit = 10; rest >= limit; limit *= 10) digits++;
		this.digits(rest, digits);
	}

	/** A whole number below 2^31 in that many digits, zeros in front. */
	digits(value: number, count: number): void {
		this.ensure(count);
		let rest = value | 0;
		for (let i = this.at + count - 1; i >= this.at; i--) {
			const next = (rest / 10) | 0;
			this.bytes[i] = ZERO + rest - next * 10;
			rest = next;
		}
		this.at += count;
	}

	byte(byte: number): void {
		this.ensure(1);
		this.bytes[this.at++] = byte;
	}

	/** What was written, until the next writing, and begins anew. */
	lend(): Uint8Array<ArrayBuffer> {
		const lent = this.bytes.subarray(0, this.at);
		this.at = 0;
		return lent;
	}

	/** What was written, and begins anew. */
	take(): Uint8Array<ArrayBuffer> {
		const taken = this.bytes.slice(0, this.at);
		this.at = 0;
		return taken;
	}
}
