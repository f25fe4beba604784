import { AppError } from '../../../lib/errors.ts';
import type { Json } from '../../../lib/json.ts';
import { Bzip2Decompressor } from './bzip2.ts';
import type { Checkpoint, Decompressor } from './decompressor.ts';
import { GzipDecompressor } from './gzip.ts';
import { ZipDecompressor } from './zip.ts';

export type Compression = 'gzip' | 'bzip2' | 'zip';
/** `zip_member`: one file of an archive, from its local header on; see `zipMembers`. */
export type Decompression = Compression | 'zip_member';

/** A decompressor; with a checkpoint of an earlier one, of what came behind it. */
export function decompressor(compression: Decompression, checkpoint: Checkpoint | null): Decompressor {
	const offset = checkpoint?.byteOffset ?? 0;
	const state: Json | null = checkpoint?.state ?? null;
	switch (compression) {
		case 'gzip':
			return new GzipDecompressor(offset, state);
		case 'bzip2':
			return new Bzip2Decompressor(offset, state);
		case 'zip':
			return new ZipDecompressor(offset, state);
		case 'zip_member':
			return new ZipDecompressor(offset, state, true);
	}
}

const EXTENSIONS: readonly (readonly [string, Compression])[] = [
	['.gz', 'gzip'],
	['.gzip', 'gzip'],
	['.bz2', 'bzip2'],
	['.zip', 'zip'],
];

/** How many of a file's first bytes `compressionIn` looks at. */
export const BEGINNING_BYTES = 10;

/** What no text begins with, in hexadecimal. bzip2: its header and that of a block, or of the end. */
const BEGINNINGS: readonly (readonly [Compression, RegExp])[] = [
	['gzip', /^1f8b08/],
	['bzip2', /^425a683[1-9](?:314159265359|177245385090)/],
	['zip', /^504b(?:0304|0506)/],
];

/** The compression that a file's first bytes tell; null where they tell none. */
export function compressionIn(bytes: Uint8Array): Compression | null {
	const beginning = Array.from(bytes.subarray(0, BEGINNING_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
	return BEGINNINGS.find(([, pattern]) => pattern.test(beginning))?.[0] ?? null;
}

/** What `compression` of a file source means for a path: `auto` goes by the extension; where that tells none, see `compressionIn`. */
export function compressionOf(setting: 'auto' | 'none' | Decompression, path: string): Decompression | null {
	if (setting === 'none') return null;
	if (setting !== 'auto') return setting;
	const lower = path.toLowerCase();
	return EXTENSIONS.find(([extension]) => lower.endsWith(extension))?.[1] ?? null;
}

/** A path without the extension of its compression: `a.csv.gz` is `a.csv`. */
export function uncompressedName(path: string): string {
	const lower = path.toLowerCase();
	const extension = EXTENSIONS.find(([each]) => lower.endsWith(each))?.[0];
	return extension === undefined ? path : path.slice(0, -extension.length);
}

/** Bounds against archives made to fill memory, disks and bills. */
export interface ExpansionLimits {
	/** Bytes out of one file. */
	readonly totalBytes: number;
	/** Bytes out for each byte in; looked at once `ratioFrom` bytes came out. DEFLATE reaches 1032, real data rarely 50. */
	readonly ratio: number;
	readonly ratioFrom: number;
}

export const EXPANSION_LIMITS: ExpansionLimits = { totalBytes: 64 * 2 ** 30, ratio: 250, ratioFrom: 64 * 2 ** 20 };

/** Throws `AppError` (`limit`) where a file gave more than it may. */
export function checkExpansion(bytesIn: number, bytesOut: number, limits: ExpansionLimits): void {
	if (bytesOut > limits.totalBytes) {
		throw new AppError('limit', `the compressed file holds more than ${limits.totalBytes} bytes`, {
			hint: 'Split it into several files and read them with a glob.',
		});
	}
	if (bytesOut > limits.ratioFrom && bytesOut > bytesIn * limits.ratio) {
		throw new AppError('limit', `the compressed file grows more than ${limits.ratio} times when it is decompressed, as no real data does`, {
			hint: 'Upload it uncompressed if it is meant.',
		});
	}
}
