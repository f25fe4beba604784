import { toExact } from './exact.ts';
import type { DataType, Value } from './types.ts';
import { bigIntVector, booleanVector, bytesVector, float64Vector, int32Vector, layoutOf, safeIntVector, textVector, type Vector } from './vector.ts';

/**
 * Makes a column value by value. Values must already be of the type's form (`Value`); null is allowed everywhere.
 * `finish` gives the vector and empties the builder for the next.
 */
export interface VectorBuilder {
	readonly type: DataType;
	readonly length: number;
	/** `offsetMinutes`: datetime only, east of UTC. */
	push(value: Value, offsetMinutes?: number): void;
	finish(): Vector;
}

/** `capacity` is the number of rows expected; more is fine. */
export function vectorBuilder(type: DataType, capacity = 256): VectorBuilder {
	const room = Math.max(1, capacity);
	switch (layoutOf(type)) {
		case 'text':
			return new TextBuilder(type, room);
		case 'int32':
			return new Int32Builder(type, room);
		case 'float64':
			return new Float64Builder(type, room);
		case 'safeint':
			return new ExactBuilder(type, room);
		case 'bool':
			return new BooleanBuilder(type, room);
		case 'bytes':
			return new BytesBuilder(type, room);
	}
}

abstract class Builder implements VectorBuilder {
	readonly type: DataType;
	length = 0;
	protected capacity: number;
	private nulls: Uint8Array | null = null;

	constructor(type: DataType, capacity: number) {
		this.type = type;
		this.capacity = capacity;
	}

	push(value: Value, offsetMinutes = 0): void {
		if (this.length === this.capacity) {
			this.capacity *= 2;
			if (this.nulls !== null) this.nulls = grown(this.nulls, this.capacity);
			this.grow();
		}
		const row = this.length++;
		if (value === null) {
			this.nulls ??= new Uint8Array(this.capacity);
			this.nulls[row] = 1;
			this.setNull(row);
		} else this.set(row, value, offsetMinutes);
	}

	finish(): Vector {
		const vector = this.make(this.nulls === null ? null : this.nulls.slice(0, this.length));
		this.length = 0;
		this.nulls = null;
		return vector;
	}

	protected grow(): void {}
	protected setNull(_row: number): void {}
	protected abstract set(row: number, value: Exclude<Value, null>, offsetMinutes: number): void;
	/** Copies out `length` values and forgets them. */
	protected abstract make(nulls: Uint8Array | null): Vector;
}

class TextBuilder extends Builder {
	private values: string[] = [];
	protected set(_row: number, value: Exclude<Value, null>): void {
		this.values.push(value as string);
	}
	protected override setNull(): void {
		this.values.push('');
	}
	protected make(nulls: Uint8Array | null): Vector {
		const values = this.values;
		this.values = [];
		return textVector(this.type, values, nulls);
	}
}

const NO_BYTES = new Uint8Array(0);

class BytesBuilder extends Builder {
	private values: Uint8Array[] = [];
	protected set(_row: number, value: Exclude<Value, null>): void {
		this.values.push(value as Uint8Array);
	}
	protected override setNull(): void {
		this.values.push(NO_BYTES);
	}
	protected make(nulls: Uint8Array | null): Vector {
		const values = this.values;
		this.values = [];
		return bytesVector(this.type, values, nulls);
	}
}

class Int32Builder extends Builder {
	private values = new Int32Array(this.capacity);
	protected override grow(): void {
		const larger = new Int32Array(this.capacity);
		larger.set(this.values);
		this.values = larger;
	}
	protected set(row: number, value: Exclude<Value, null>): void {
		this.values[row] = value as number;
	}
	protected override setNull(row: number): void {
		this.values[row] = 0;
	}
	protected make(nulls: Uint8Array | null): Vector {
		return int32Vector(this.type, this.values.slice(0, this.length), nulls);
	}
}

class Float64Builder extends Builder {
	private values = new Float64Array(this.capacity);
	private offsets: Int16Array | null = null;
	protected override grow(): void {
		this.values = grownDoubles(this.values, this.capacity);
		if (this.offsets !== null) {
			const larger = new Int16Array(this.capacity);
			larger.set(this.offsets);
			this.offsets = larger;
		}
	}
	protected set(row: number, value: Exclude<Value, null>, offsetMinutes: number): void {
		this.values[row] = this.type.kind === 'float' ? Math.fround(value as number) : (value as number);
		if (offsetMinutes !== 0) {
			this.offsets ??= new Int16Array(this.capacity);
			this.offsets[row] = offsetMinutes;
		}
	}
	protected override setNull(row: number): void {
		this.values[row] = 0;
	}
	protected make(nulls: Uint8Array | null): Vector {
		const offsets = this.offsets?.slice(0, this.length) ?? null;
		this.offsets = null;
		return float64Vector(this.type, this.values.slice(0, this.length), nulls, offsets);
	}
}

class ExactBuilder extends Builder {
	private values = new Float64Array(this.capacity);
	/** Set from the first value past 2^53 on. */
	private bigs: bigint[] | null = null;
	protected override grow(): void {
		if (this.bigs === null) this.values = grownDoubles(this.values, this.capacity);
	}
	protected set(row: number, value: Exclude<Value, null>): void {
		const exact = typeof value === 'bigint' ? toExact(value) : (value as number);
		if (this.bigs !== null) this.bigs.push(BigInt(exact));
		else if (typeof exact === 'number') this.values[row] = exact;
		else {
			this.bigs = Array.from(this.values.subarray(0, row), (safe) => BigInt(safe));
			this.bigs.push(exact);
		}
	}
	protected override setNull(row: number): void {
		if (this.bigs !== null) this.bigs.push(0n);
		else this.values[row] = 0;
	}
	protected make(nulls: Uint8Array | null): Vector {
		const bigs = this.bigs;
		this.bigs = null;
		if (this.values.length < this.capacity) this.values = new Float64Array(this.capacity);
		return bigs !== null ? bigIntVector(this.type, bigs, nulls) : safeIntVector(this.type, this.values.slice(0, this.length), nulls);
	}
}

class BooleanBuilder extends Builder {
	private values = new Uint8Array(this.capacity);
	protected override grow(): void {
		this.values = grown(this.values, this.capacity);
	}
	protected set(row: number, value: Exclude<Value, null>): void {
		this.values[row] = value === true ? 1 : 0;
	}
	protected override setNull(row: number): void {
		this.values[row] = 0;
	}
	protected make(nulls: Uint8Array | null): Vector {
		return booleanVector(this.type, this.values.slice(0, this.length), nulls);
	}
}

function grown(bytes: Uint8Array<ArrayBuffer>, capacity: number): Uint8Array<ArrayBuffer>;
function grown(bytes: Uint8Array, capacity: number): Uint8Array;
function grown(bytes: Uint8Array, capacity: number): Uint8Array {
	const larger = new Uint8Array(capacity);
	larger.set(bytes);
	return larger;
}

function grownDoubles(values: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
	const larger = new Float64Array(capacity);
	larger.set(values);
	return larger;
}
