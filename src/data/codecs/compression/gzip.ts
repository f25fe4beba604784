import type { Json } from '../../../lib/json.ts';
import { ByteQueue } from '../byte-queue.ts';
import { damaged, notCompressed, truncated } from './damage.ts';
import type { Decompressor, Piece } from './decompressor.ts';
import { Deflated, type DeflatedState } from './deflated.ts';

const TRAILER_BYTES = 8;
/** A header with a name or comment longer than this is none. */
const MOST_HEADER_BYTES = 65_536;

/** gzip (RFC 1952), of any number of members one behind another; each one's checksum and size are verified. */
export class GzipDecompressor implements Decompressor {
	readonly #queue: ByteQueue;
	/** Null between members. */
	#member: Deflated | null;
	#members: number;

	constructor(byteOffset: number, state: Json | null) {
		const saved = state as { readonly member: DeflatedState; readonly members: number } | null;
		this.#queue = new ByteQueue(byteOffset);
		this.#member = saved === null ? null : new Deflated(saved.member);
		this.#members = saved?.members ?? 0;
	}

	push(bytes: Uint8Array): void {
		this.#queue.push(bytes);
	}

	next(final: boolean): Piece | null {
		for (;;) {
			if (this.#member === null) {
				if (!this.#header(final)) return null;
				this.#member = new Deflated(null);
				this.#members++;
			}
			const member = this.#member;
			const piece = member.next(this.#queue, final);
			if (piece !== null) {
				const state = piece.state === null ? null : ({ member: piece.state, members: this.#members } as unknown as Json);
				return { bytes: piece.bytes, checkpoint: state === null ? null : { byteOffset: this.#queue.offset, state } };
			}
			if (!member.ended || !this.#trailer(member, final)) return null;
			this.#member = null;
		}
	}

	/** False at the end of the file, or where more bytes are needed. */
	#header(final: boolean): boolean {
		const queue = this.#queue;
		// Tapes and some writers pad the file with zeros.
		while (this.#members > 0 && queue.length > 0 && queue.bytes[queue.from] === 0) queue.consume(queue.from + 1);
		if (queue.length === 0 && (this.#members > 0 || !final)) return false;
		const length = headerLength(queue.rest());
		if (length < 0) throw this.#members === 0 ? notCompressed('gzip') : damaged('what comes behind the compressed data');
		if (length === 0) {
			if (final) throw truncated();
			if (queue.length > MOST_HEADER_BYTES) throw damaged('the header');
			return false;
		}
		queue.consume(queue.from + length);
		return true;
	}

	#trailer(member: Deflated, final: boolean): boolean {
		const queue = this.#queue;
		if (queue.length < TRAILER_BYTES) {
			if (final) throw truncated();
			return false;
		}
		const view = new DataView(queue.bytes.buffer, queue.from, TRAILER_BYTES);
		if (view.getUint32(0, true) !== member.crc || view.getUint32(4, true) !== member.size) throw damaged('what does not match its checksum');
		queue.consume(queue.from + TRAILER_BYTES);
		return true;
	}
}

/** Bytes a member's header has; 0 where they are not all there, -1 where this is none. */
function headerLength(bytes: Uint8Array): number {
	if (bytes.length < 10) return bytes.length > 0 && bytes[0] !== 0x1f ? -1 : 0;
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return -1;
	const flags = bytes[3] as number;
	let at = 10;
	if (flags & 4) {
		if (bytes.length < at + 2) return 0;
		at += 2 + ((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
	}
	for (const flag of [8, 16]) {
		if (!(flags & flag)) continue;
		const end = bytes.indexOf(0, at);
		if (end < 0) return 0;
		at = end + 1;
	}
	if (flags & 2) at += 2;
	return at <= bytes.length ? at : 0;
}
