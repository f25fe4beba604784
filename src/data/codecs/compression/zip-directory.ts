import { AppError } from '../../../lib/errors.ts';
import type { RandomAccessFile } from '../codec.ts';
import { damaged } from './damage.ts';

const END_BYTES = 22;
const MOST_COMMENT_BYTES = 65_535;
const END_SIGNATURE = 0x06054b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MOST_DIRECTORY_BYTES = 16 * 2 ** 20;
/** A number or size that stands elsewhere, as Zip64 has it. */
const ELSEWHERE = 0xffffffff;
const MOST_MEMBERS = 10_000;

export interface ZipEntry {
	readonly name: string;
	/** 0 stored, 8 deflated. */
	readonly method: number;
	readonly crc: number;
	readonly compressedSize: number;
	readonly size: number;
	/** Of its local header. */
	readonly offset: number;
}

/** The entries of a zip archive as its central directory lists them, which begins at `from`; null where there is none to be read. */
export async function zipDirectory(file: RandomAccessFile): Promise<{ readonly entries: readonly ZipEntry[]; readonly from: number } | null> {
	const tail = await file.read(Math.max(0, file.size - END_BYTES - MOST_COMMENT_BYTES), Math.min(file.size, END_BYTES + MOST_COMMENT_BYTES));
	const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
	for (let at = tail.length - END_BYTES; at >= 0; at--) {
		if (view.getUint32(at, true) !== END_SIGNATURE) continue;
		const size = view.getUint32(at + 12, true);
		const from = view.getUint32(at + 16, true);
		if (size > MOST_DIRECTORY_BYTES || from + size > file.size) return null;
		return { entries: entriesOf(await file.read(from, size)), from };
	}
	return null;
}

function entriesOf(bytes: Uint8Array): ZipEntry[] {
	const entries: ZipEntry[] = [];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = 0; at + CENTRAL_BYTES <= bytes.length && view.getUint32(at, true) === CENTRAL_SIGNATURE; ) {
		const nameLength = view.getUint16(at + 28, true);
		entries.push({
			name: new TextDecoder().decode(bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength)),
			method: view.getUint16(at + 10, true),
			crc: view.getUint32(at + 16, true),
			compressedSize: view.getUint32(at + 20, true),
			size: view.getUint32(at + 24, true),
			offset: view.getUint32(at + 42, true),
		});
		at += CENTRAL_BYTES + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
	}
	return entries;
}

/** Folders, and the files that systems add (`__MACOSX`, names that begin with `.` or `_`), are no data. */
export function isDataFile(name: string): boolean {
	return !name.endsWith('/') && !/(?:^|\/)[._]/.test(name);
}

/** One data file of an archive: a decompressor of `zip_member` reads it from the archive's bytes `from` to `to`. */
export interface ZipMember {
	readonly name: string;
	readonly from: number;
	readonly to: number;
}

/**
 * The data files of an archive of several, in the order of their names; null where it has but one, or is too large for a plain
 * directory, and is read front to back. Throws `AppError` where they are of differing kinds, overlap, or are too many.
 */
export async function zipMembers(file: RandomAccessFile): Promise<readonly ZipMember[] | null> {
	const directory = await zipDirectory(file);
	if (directory === null || directory.entries.some(({ offset, size, compressedSize }) => Math.max(offset, size, compressedSize) === ELSEWHERE)) return null;
	const data = directory.entries.filter(({ name }) => isDataFile(name));
	if (data.length < 2) return null;
	if (data.length > MOST_MEMBERS)
		throw new AppError('limit', `the zip archive holds more than ${MOST_MEMBERS} files`, { hint: 'Make several archives of it and read them with a glob.' });
	requireOneKind(data.map(({ name }) => name));
	const ends = endsOf(directory.entries, directory.from);
	const members = data.map((entry) => ({ name: entry.name, from: entry.offset, to: ends.get(entry) as number }));
	return members.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Behind each entry, with the beginning of what follows, by which its end is told. Data that two entries share is how archives are made that grow without end. */
function endsOf(entries: readonly ZipEntry[], directory: number): Map<ZipEntry, number> {
	const ends = new Map<ZipEntry, number>();
	const inPlace = [...entries].sort((a, b) => a.offset - b.offset);
	for (const [index, entry] of inPlace.entries()) {
		const next = inPlace[index + 1]?.offset ?? directory;
		if (entry.offset + LOCAL_BYTES + entry.compressedSize > next) throw damaged(`${entry.name} in the zip archive, which overlaps what follows,`);
		ends.set(entry, next + END_BYTES);
	}
	return ends;
}

function requireOneKind(names: readonly string[]): void {
	const kinds = new Map<string, string>();
	for (const name of names) {
		const kind = /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
		if (!kinds.has(kind)) kinds.set(kind, name);
	}
	if (kinds.size < 2) return;
	const shown = [...kinds.values()].slice(0, 3).join(', ');
	throw new AppError('invalid_input', `the zip archive holds files of differing kinds: ${shown}`, {
		hint: 'Put files of one kind into an archive; names that begin with . or _ are left out.',
	});
}
