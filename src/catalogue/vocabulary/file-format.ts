import * as z from 'zod';
import type { LowerContext } from '../component.ts';

/** What one character of a delimited file may be written as: itself, or `\t`. */
const character = z.union([z.string().regex(/^[^\r\n]$/u, { error: 'one character, or \\t for a tab' }), z.literal('\\t')]);

export const delimiterField = character
	.optional()
	.describe('What separates columns, one character; `\\t` is a tab. `,` unless given; a tab where the file is called .tsv.');
export const quoteField = z
	.string()
	.regex(/^[^\r\n]?$/u, { error: 'one character, or empty for no quoting' })
	.default('"')
	.describe('What encloses values that hold delimiters or line breaks; empty for none.');

export function readDelimiter(given: string | undefined, fileName: string): string {
	if (given !== undefined) return given === '\\t' ? '\t' : given;
	return /\.tsv(\.(gz|bz2|zip))?$/i.test(fileName) ? '\t' : ',';
}

/** Tells delimiters and quotes that cannot be told apart. */
export function charactersDiffer(characters: Readonly<Record<string, string>>, context: LowerContext): boolean {
	const seen = new Map<string, string>();
	for (const [name, value] of Object.entries(characters)) {
		const other = seen.get(value);
		if (value !== '' && other !== undefined) {
			context.fault(name, `${name} and ${other} are both ${JSON.stringify(value)}`, 'they must be different characters');
			return false;
		}
		seen.set(value, name);
	}
	return true;
}

const BY_EXTENSION = {
	csv: 'delimited',
	tsv: 'delimited',
	txt: 'delimited',
	json: 'json',
	ndjson: 'ndjson',
	jsonl: 'ndjson',
	parquet: 'parquet',
	xlsx: 'excel',
} as const;

export const RECORD_TYPES = ['delimited', 'json', 'ndjson', 'parquet', 'excel', 'raw'] as const;

/** The record type a path's extension speaks for, the one of its compression left aside; null where it says nothing. */
export function recordTypeOf(path: string): (typeof RECORD_TYPES)[number] | null {
	const name = path
		.toLowerCase()
		.replace(/[*})\]]+$/, '')
		.replace(/\.(gz|gzip|bz2|zip)$/, '');
	const extension = /\.([a-z0-9]+)$/.exec(name)?.[1];
	return extension !== undefined && Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension as keyof typeof BY_EXTENSION] : null;
}

/** The label as the platform's decoder names it; null after a fault. */
export function readEncoding(label: string, path: string, context: LowerContext): string | null {
	try {
		return new TextDecoder(label).encoding;
	} catch {
		context.fault(path, `${JSON.stringify(label)} is no known encoding`, 'for example utf-8, windows-1252, iso-8859-1, utf-16le, shift_jis, gbk', 'shape');
		return null;
	}
}
