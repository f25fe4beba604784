import { crc32 } from 'node:zlib';
import { AppError } from '../../../lib/errors.ts';
import type { Json } from '../../../lib/json.ts';
import { ByteQueue } from '../byte-queue.ts';
import { damaged, notCompressed, truncated } from './damage.ts';
import { CHECKPOINT_BYTES, type Decompressor, type Piece } from './decompressor.ts';
import { Deflated, type DeflatedState } from './deflated.ts';
import { isDataFile } from './zip-directory.ts';

const LOCAL_HEADER = 0x04034b50;
const DATA_DESCRIPTOR = 0x08074b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_CENTRAL = 0x06054b50;
const HEADER_BYTES = 30;
/** Of a size: look into the extra field. */
const UNKNOWN_SIZE = 0xffffffff;
const ZIP64 = 1;

interface Entry {
	readonly name: string;
	readonly deflated: boolean;
	/** Sizes and checksum stand behind the data instead. */
	readonly described: boolean;
	readonly crc: number;
	readonly compressedSize: number;
}

interface ZipState {
	readonly entry: Entry;
	readonly deflated: DeflatedState | null;
	/** Of a stored entry. */
	readonly left: number;
	readonly crc: number;
}

/**
 * The one data file of a zip archive, read front to back by its local header. Folders and the files that systems add (names
 * that begin with `.` or `_`) are passed over; a second data file is an error here: see `zipMembers`.
 */
export class ZipDecompressor implements Decompressor {
	readonly #queue: ByteQueue;
	#entry: Entry | null;
	#deflated: Deflated | null;
	#left: number;
	#crc: number;
	#sinceCheckpoint = 0;
	/** Name of the data file once its data has been read. */
	#done: string | null = null;
	#atEnd = false;
	readonly #one: boolean;

	/** `one`: its bytes are those of one entry and the beginning of what follows it. */
	constructor(byteOffset: number, state: Json | null, one = false) {
		this.#one = one;
		const saved = state as unknown as ZipState | null;
		this.#queue = new ByteQueue(byteOffset);
		this.#entry = saved?.entry ?? null;
		this.#deflated = saved?.deflated ? new Deflated(saved.deflated) : null;
		this.#left = saved?.left ?? 0;
		this.#crc = saved?.crc ?? 0;
	}

	push(bytes: Uint8Array): void {
		this.#queue.push(bytes);
	}

	next(final: boolean): Piece | null {
		while (!this.#atEnd) {
			if (this.#entry === null && !this.#header(final)) return null;
			if (this.#atEnd) return null;
			const entry = this.#entry as Entry;
			const piece = this.#data(entry, final);
			if (piece === null) return null;
			if (piece !== 'ended' && isDataFile(entry.name)) return piece;
			if (piece === 'ended' && !this.#finish(entry, final)) return null;
		}
		return null;
	}

	#header(final: boolean): boolean {
		const queue = this.#queue;
		if (queue.length < 4) {
			if (final) throw truncated();
			return false;
		}
		const view = new DataView(queue.bytes.buffer, queue.from, queue.length);
		const signature = view.getUint32(0, true);
		if (signature === CENTRAL_HEADER || signature === END_OF_CENTRAL) {
			if (this.#done === null)
				throw new AppError('invalid_input', 'the zip archive has no data file in it', {
					hint: 'Put one file into it, or none of it into folders that begin with . or _.',
				});
			this.#atEnd = true;
			return true;
		}
		if (signature !== LOCAL_HEADER) throw queue.offset === 0 ? notCompressed('zip') : damaged('an entry of the zip archive');
		const length = queue.length < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
		if (queue.length < length) {
			if (final) throw truncated();
			return false;
		}
		this.#entry = this.#entryOf(view);
		this.#deflated = this.#entry.deflated ? new Deflated(null) : null;
		this.#left = this.#entry.compressedSize;
		this.#crc = 0;
		queue.consume(queue.from + length);
		return true;
	}

	#entryOf(view: DataView): Entry {
		const { from, bytes } = this.#queue;
		const flags = view.getUint16(6, true);
		const method = view.getUint16(8, true);
		const nameLength = view.getUint16(26, true);
		const name = new TextDecoder().decode(bytes.subarray(from + HEADER_BYTES, from + HEADER_BYTES + nameLength));
		const described = (flags & 8) !== 0;
		if (flags & 1) throw new AppError('invalid_input', `${name} in the zip archive is encrypted`, { hint: 'Upload it without a password.' });
		if (method !== 0 && method !== 8)
			throw new AppError('invalid_input', `${name} in the zip archive is compressed by method ${method}`, { hint: 'Use deflate, the usual one, or gzip.' });
		if (method === 0 && described)
			throw new AppError('invalid_input', `${name} in the zip archive is stored without its size`, { hint: 'Make the archive again with compression.' });
		if (this.#done !== null && isDataFile(name)) {
			throw new AppError('invalid_input', `the zip archive holds several files: ${this.#done}, ${name}`, {
				hint: 'Call it .zip or set compression to zip, and all are read; one of more than 4 GB must be several files, read with a glob.',
			});
		}
		return { name, deflated: method === 8, described, crc: view.getUint32(14, true), compressedSize: compressedSize(view, nameLength) };
	}

	#data(entry: Entry, final: boolean): Piece | 'ended' | null {
		if (this.#deflated !== null) {
			const piece = this.#deflated.next(this.#queue, final);
			if (piece === null) return this.#deflated.ended ? 'ended' : null;
			return { bytes: piece.bytes, checkpoint: piece.state === null ? null : this.#checkpoint({ entry, deflated: piece.state, left: 0, crc: 0 }) };
		}
		if (this.#left === 0) return 'ended';
		const queue = this.#queue;
		const count = Math.min(this.#left, queue.length, CHECKPOINT_BYTES);
		if (count === 0) {
			if (final) throw truncated();
			return null;
		}
		const bytes = queue.bytes.slice(queue.from, queue.from + count);
		queue.consume(queue.from + count);
		this.#left -= count;
		this.#crc = crc32(bytes, this.#crc);
		this.#sinceCheckpoint += count;
		const due = this.#sinceCheckpoint >= CHECKPOINT_BYTES;
		if (due) this.#sinceCheckpoint = 0;
		return { bytes, checkpoint: due ? this.#checkpoint({ entry, deflated: null, left: this.#left, crc: this.#crc }) : null };
	}

	#checkpoint(state: ZipState): Piece['checkpoint'] {
		return { byteOffset: this.#queue.offset, state: state as unknown as Json };
	}

	/** Verifies an entry whose data has ended; false where its descriptor is not there yet. */
	#finish(entry: Entry, final: boolean): boolean {
		let { crc } = entry;
		if (entry.described) {
			const queue = this.#queue;
			// Signature or not, sizes of 4 or 8 bytes: only the signature of what follows tells.
			if (queue.length < 28 && !final) return false;
			const view = new DataView(queue.bytes.buffer, queue.from, queue.length);
			const signed = queue.length >= 4 && view.getUint32(0, true) === DATA_DESCRIPTOR ? 4 : 0;
			const length = [signed + 12, signed + 20].find((size) => queue.length >= size + 4 && isSignature(view.getUint32(size, true)));
			if (length === undefined) throw damaged(`what follows ${entry.name} in the zip archive`);
			crc = view.getUint32(signed, true);
			queue.consume(queue.from + length);
		}
		if (crc !== (this.#deflated?.crc ?? this.#crc)) throw damaged(`${entry.name} in the zip archive, which does not match its checksum,`);
		if (isDataFile(entry.name)) this.#done = entry.name;
		if (this.#one) this.#atEnd = true;
		this.#entry = null;
		return true;
	}
}

function isSignature(value: number): boolean {
	return value === LOCAL_HEADER || value === CENTRAL_HEADER || value === END_OF_CENTRAL;
}

/** From a local header; what does not fit its 32 bits stands in the extra field of Zip64, behind the size uncompressed. */
function compressedSize(header: DataView, nameLength: number): number {
	const size = header.getUint32(18, true);
	if (size !== UNKNOWN_SIZE) return size;
	const end = HEADER_BYTES + nameLength + header.getUint16(28, true);
	for (let at = HEADER_BYTES + nameLength; at + 4 <= end; at += 4 + header.getUint16(at + 2, true)) {
		if (header.getUint16(at, true) === ZIP64 && at + 20 <= end) return Number(header.getBigUint64(at + 12, true));
	}
	return size;
}
