import { AppError } from '../../lib/errors.ts';

/** Text encodings of files, as far as splitting by bytes depends on them. */
export interface Charset {
	/** Canonical name of the WHATWG Encoding Standard. */
	readonly encoding: string;
	/**
	 * `utf8`; `single`: a byte is a character; `multi`: an older encoding of several bytes a character, whose second bytes may look
	 * like letters and some signs; `utf16`: is turned into UTF-8 first.
	 */
	readonly kind: 'utf8' | 'single' | 'multi' | 'utf16';
}

const MULTI: ReadonlySet<string> = new Set(['shift_jis', 'euc-jp', 'euc-kr', 'gbk', 'gb18030', 'big5']);

/** Throws `AppError` for a label that is none, or one that files are not split in. */
export function charsetOf(label: string): Charset {
	let encoding: string;
	try {
		encoding = new TextDecoder(label === '' ? 'utf-8' : label).encoding;
	} catch {
		throw new AppError('invalid_input', `the encoding ${JSON.stringify(label)} is not known`, { hint: EXAMPLES });
	}
	if (encoding === 'utf-8') return { encoding, kind: 'utf8' };
	if (encoding.startsWith('utf-16')) return { encoding, kind: 'utf16' };
	if (MULTI.has(encoding)) return { encoding, kind: 'multi' };
	if (/^(?:windows-|iso-8859-|koi8-|macintosh|x-mac-|ibm866)/.test(encoding)) return { encoding, kind: 'single' };
	throw new AppError('invalid_input', `files in the encoding ${JSON.stringify(label)} cannot be read`, { hint: EXAMPLES });
}

const EXAMPLES = 'Use a label of the WHATWG Encoding Standard: utf-8, utf-16le, utf-16be, latin1, windows-1252, iso-8859-15, shift_jis, gbk …';

const encoder = new TextEncoder();

/** The bytes of a delimiter or quote in an encoding (in UTF-8 for `utf16`, which is read as UTF-8). */
export function encodeSigns(charset: Charset, option: string, text: string): Uint8Array {
	if (charset.kind === 'utf8' || charset.kind === 'utf16') return encoder.encode(text);
	const bytes = new Uint8Array(text.length);
	const decoder = new TextDecoder(charset.encoding);
	for (let i = 0; i < text.length; i++) {
		const byte = byteOf(decoder, charset, text.charAt(i));
		if (byte === undefined) {
			throw new AppError('invalid_input', `the ${option} ${JSON.stringify(text)} cannot be looked for in a file of encoding ${charset.encoding}`, {
				hint: 'Use a sign that is one byte there, such as a comma or a tab, or convert the file to UTF-8.',
			});
		}
		bytes[i] = byte;
	}
	return bytes;
}

function byteOf(decoder: TextDecoder, charset: Charset, sign: string): number | undefined {
	const code = sign.charCodeAt(0);
	// Second bytes of characters are 0x30 to 0x39 and 0x40 up.
	if (charset.kind === 'multi') return code < 0x30 || (code > 0x39 && code < 0x40) ? code : undefined;
	if (code < 0x80) return code;
	for (let byte = 0x80; byte <= 0xff; byte++) if (decoder.decode(Uint8Array.of(byte)) === sign) return byte;
	return undefined;
}
