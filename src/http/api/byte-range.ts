/** A part of a file: `length` bytes from `offset`. */
export interface ByteRange {
	readonly offset: number;
	readonly length: number;
}

/**
 * Reads a `Range` header for a file of `size` bytes. Null: the whole file, also for several ranges and for units other than
 * bytes, which RFC 9110 §14.2 lets a server ignore. `unsatisfiable`: 416.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
	const found = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
	const [, first = '', last = ''] = found ?? [];
	if (first === '' && last === '') return null;
	if (first === '') {
		const length = Math.min(Number(last), size);
		return length === 0 ? 'unsatisfiable' : { offset: size - length, length };
	}
	const offset = Number(first);
	const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
	if (last !== '' && Number(last) < offset) return null;
	return offset >= size ? 'unsatisfiable' : { offset, length: end - offset + 1 };
}
