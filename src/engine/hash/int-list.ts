/** A growing list of 32-bit integers; `array` may be longer than `length`. */
export class IntList {
	array = new Int32Array(64);
	length = 0;

	push(value: number): void {
		if (this.length === this.array.length) {
			const larger = new Int32Array(this.length * 2);
			larger.set(this.array);
			this.array = larger;
		}
		this.array[this.length++] = value;
	}

	get bytes(): number {
		return this.array.byteLength;
	}
}
