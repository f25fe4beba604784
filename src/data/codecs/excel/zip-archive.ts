import { crc32 } from 'node:zlib';
import { AppError } from '../../../lib/errors.ts';
import { ByteQueue } from '../byte-queue.ts';
import type { RandomAccessFile } from '../codec.ts';
import { damaged, truncated } from '../compression/damage.ts';
import { Inflate } from '../compression/inflate.ts';
import { type ZipEntry, zipDirectory } from '../compression/zip-directory.ts';

const READ_BYTES = 262_144;
/** Spreadsheets compress well, but not a thousandfold. */
const MOST_RATIO = 300;

/** The parts of a zip archive by name, as its central directory lists them. */
export class ZipArchive {
	readonly #file: RandomAccessFile;
	readonly #entries: ReadonlyMap<string, ZipEntry>;

	private constructor(file: RandomAccessFile, entries: ReadonlyMap<string, ZipEntry>) {
		this.#file = file;
		this.#entries = entries;
	}

	/** Throws `AppError` for a file that is no zip archive. */
	static async open(file: RandomAccessFile): Promise<ZipArchive> {
		const directory = await zipDirectory(file);
		if (directory === null) throw await notAnArchive(file);
		const known = directory.entries.filter(({ method }) => method === 0 || method === 8);
		return new ZipArchive(file, new Map(known.map((entry) => [entry.name, entry])));
	}

	has(name: string): boolean {
		return this.#entries.has(name);
	}

	/** A part's bytes, piece by piece, its checksum verified at the end. */
	async *read(name: string): AsyncGenerator<Uint8Array> {
		const entry = this.#entries.get(name);
		if (entry === undefined)
			throw new AppError('invalid_input', `the workbook has no part ${name}`, { hint: 'Open it in a spreadsheet program and save it again as .xlsx.' });
		if (entry.size > entry.compressedSize * MOST_RATIO + READ_BYTES) {
			throw new AppError('limit', `${name} in the workbook grows more than ${MOST_RATIO} times when it is decompressed`, {
				hint: 'Save the workbook again in a spreadsheet program.',
			});
		}
		let crc = 0;
		let size = 0;
		for await (const piece of entry.method === 8 ? this.#inflated(entry) : this.#stored(entry)) {
			crc = crc32(piece, crc);
			size += piece.length;
			if (size > entry.size) throw damaged(`${name} in the workbook, which is larger than it says,`);
			yield piece;
		}
		if (crc !== entry.crc) throw damaged(`${name} in the workbook, which does not match its checksum,`);
	}

	/** A part as text. Throws `AppError` where it has more than `mostBytes`. */
	async text(name: string, mostBytes: number): Promise<string> {
		const decoder = new TextDecoder();
		let text = '';
		let size = 0;
		for await (const piece of this.read(name)) {
			size += piece.length;
			if (size > mostBytes)
				throw new AppError('limit', `${name} in the workbook is larger than ${mostBytes} bytes`, { hint: 'Split the workbook, or export the sheet as CSV.' });
			text += decoder.decode(piece, { stream: true });
		}
		return text + decoder.decode();
	}

	async *#stored(entry: ZipEntry): AsyncGenerator<Uint8Array> {
		const start = await this.#dataOffset(entry);
		for (let done = 0; done < entry.compressedSize; done += READ_BYTES) {
			yield await this.#file.read(start + done, Math.min(READ_BYTES, entry.compressedSize - done));
		}
	}

	async *#inflated(entry: ZipEntry): AsyncGenerator<Uint8Array> {
		const start = await this.#dataOffset(entry);
		const inflate = new Inflate(null);
		const queue = new ByteQueue(0);
		let fed = 0;
		for (;;) {
			// Eight bytes behind the data stand for the trailer that other containers have.
			const final = fed >= entry.compressedSize;
			const step = inflate.step(queue, final);
			if (step === 'more') {
				if (final) throw truncated();
				const bytes = await this.#file.read(start + fed, Math.min(READ_BYTES, entry.compressedSize - fed));
				if (bytes.length === 0) throw truncated();
				fed += bytes.length;
				queue.push(bytes);
				if (fed >= entry.compressedSize) queue.push(new Uint8Array(8));
			} else if (step !== 'block') {
				yield inflate.take();
				if (step === 'end') return;
			}
		}
	}

	/** Behind the local header, whose extra field may differ from the directory's. */
	async #dataOffset(entry: ZipEntry): Promise<number> {
		const header = await this.#file.read(entry.offset, 30);
		if (header.length < 30) throw truncated();
		const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
		return entry.offset + 30 + view.getUint16(26, true) + view.getUint16(28, true);
	}
}

async function notAnArchive(file: RandomAccessFile): Promise<AppError> {
	const [a, b, c, d] = await file.read(0, Math.min(4, file.size));
	// Compound files: both the format of before 2007 and any workbook with a password.
	if (a === 0xd0 && b === 0xcf && c === 0x11 && d === 0xe0) {
		return new AppError('invalid_input', 'the file is an .xls workbook of before 2007, or protected by a password', {
			hint: 'Save it as .xlsx without a password.',
		});
	}
	return new AppError('invalid_input', 'the file is not an .xlsx workbook', { hint: 'Set record_type to the format of the file, and upload it whole.' });
}
