import { AppError } from '../../../lib/errors.ts';
import { type Charset, charsetOf, encodeSigns } from '../charset.ts';
import type { DelimitedFormat } from '../codec.ts';

/** A delimited format as the bytes to look for. */
export interface Dialect {
	readonly delimiter: Uint8Array;
	/** Empty: no quoting. */
	readonly quote: Uint8Array;
	/** Empty: a quote is doubled. */
	readonly escape: Uint8Array;
	/** `newline`: `\n`, `\r\n`, `\r`; null: the whole file is one record. */
	readonly recordDelimiter: 'newline' | Uint8Array | null;
	readonly headerRow: boolean;
	readonly charset: Charset;
	/** The signs as they appear in decoded fields. */
	readonly quoteText: string;
	readonly escapeText: string;
	/** Every sign is one byte, so that the fast tokenizer does. */
	readonly simple: boolean;
}

/** Checks a format and spells its signs in the file's encoding. Throws `AppError` for signs that contradict each other. */
export function dialectOf(format: DelimitedFormat): Dialect {
	const charset = charsetOf(format.encoding);
	const spell = (option: string, text: string) => encodeSigns(charset, option, text);
	if (format.delimiter === '')
		throw new AppError('invalid_input', 'the delimiter is empty', { hint: 'Give the sign between two fields, such as , ; | or a tab.' });
	const delimiter = spell('delimiter', format.delimiter);
	const quote = spell('quote', format.quote);
	const escapes = format.escape === format.quote ? NONE : spell('escape', format.escape);
	const recordDelimiter = recordDelimiterOf(format.recordDelimiter, spell);
	refuseClash('quote', format.quote, 'delimiter', format.delimiter);
	refuseClash('escape', format.escape, 'delimiter', format.delimiter);
	refuseClash('record_delimiter', format.recordDelimiter, 'delimiter', format.delimiter);
	refuseClash('quote', format.quote, 'record_delimiter', format.recordDelimiter);
	if (recordDelimiter === 'newline' && /[\r\n]/.test(format.delimiter + format.quote + format.escape)) {
		throw new AppError('invalid_input', 'a line end is both the record delimiter and part of another sign', {
			hint: 'Give a record_delimiter other than a new line, or another delimiter or quote.',
		});
	}
	const simple = recordDelimiter === 'newline' && delimiter.length === 1 && quote.length <= 1 && escapes.length <= 1;
	const escapeText = escapes === NONE ? '' : format.escape;
	return { delimiter, quote, escape: escapes, recordDelimiter, headerRow: format.headerRow, charset, quoteText: format.quote, escapeText, simple };
}

const NONE = new Uint8Array(0);

function recordDelimiterOf(text: string, spell: (option: string, text: string) => Uint8Array): Dialect['recordDelimiter'] {
	if (text === 'end_of_file') return null;
	if (text === '' || text === '\n' || text === '\r\n' || text === '\r') return 'newline';
	return spell('record_delimiter', text);
}

function refuseClash(option: string, text: string, other: string, otherText: string): void {
	if (text !== '' && text === otherText) {
		throw new AppError('invalid_input', `${option} and ${other} are both ${JSON.stringify(text)}`, { hint: `Choose another ${option}, or leave it out.` });
	}
}
