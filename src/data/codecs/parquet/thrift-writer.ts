import { ByteWriter } from '../../byte-io.ts';

/** A value of Thrift's compact protocol, as far as Parquet's metadata uses it. Fields of a struct are in ascending order. */
export type Thrift =
	| { readonly t: 'i32' | 'i64'; readonly value: number }
	| { readonly t: 'bool'; readonly value: boolean }
	| { readonly t: 'text'; readonly value: string }
	| { readonly t: 'list'; readonly of: 'i32' | 'text' | 'struct'; readonly items: readonly Thrift[] }
	| { readonly t: 'struct'; readonly fields: readonly (readonly [number, Thrift | null])[] };

export const i32 = (value: number): Thrift => ({ t: 'i32', value });
export const i64 = (value: number): Thrift => ({ t: 'i64', value });
export const text = (value: string): Thrift => ({ t: 'text', value });
export const bool = (value: boolean): Thrift => ({ t: 'bool', value });
/** Fields by their ids; null ones are left out. */
export const struct = (...fields: readonly (readonly [number, Thrift | null])[]): Thrift => ({ t: 'struct', fields });
export const list = (of: 'i32' | 'text' | 'struct', items: readonly Thrift[]): Thrift => ({ t: 'list', of, items });

const CODES = { i32: 5, i64: 6, text: 8, list: 9, struct: 12 } as const;
const encoder = new TextEncoder();

export function thriftBytes(value: Thrift): Uint8Array {
	const out = new ByteWriter(256);
	write(out, value);
	return out.finish();
}

function write(out: ByteWriter, value: Thrift): void {
	switch (value.t) {
		case 'i32':
		case 'i64':
			out.varint(value.value >= 0 ? value.value * 2 : value.value * -2 - 1);
			break;
		case 'text': {
			const bytes = encoder.encode(value.value);
			out.varint(bytes.length);
			out.bytes(bytes);
			break;
		}
		case 'list':
			if (value.items.length < 15) out.byte((value.items.length << 4) | CODES[value.of]);
			else {
				out.byte(0xf0 | CODES[value.of]);
				out.varint(value.items.length);
			}
			for (const item of value.items) write(out, item);
			break;
		case 'struct':
			writeFields(out, value.fields);
			break;
		case 'bool':
			// As a field its value is in the field's type; nothing here has lists of them.
			break;
	}
}

function writeFields(out: ByteWriter, fields: readonly (readonly [number, Thrift | null])[]): void {
	let previous = 0;
	for (const [id, value] of fields) {
		if (value === null) continue;
		const code = value.t === 'bool' ? (value.value ? 1 : 2) : CODES[value.t];
		out.byte(((id - previous) << 4) | code);
		previous = id;
		write(out, value);
	}
	out.byte(0);
}
