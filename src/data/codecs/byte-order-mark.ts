import { AppError } from '../../lib/errors.ts';

/** The encoding whose byte order mark a file begins with; null where it has none. */
export function markedEncoding(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
	const [first, second, third] = bytes;
	if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
	if (first === 0xff && second === 0xfe) return 'utf-16le';
	if (first === 0xfe && second === 0xff) return 'utf-16be';
	return null;
}

/** Throws `AppError` where the mark of a file belongs to another family of encodings than the one it is said to be in. */
export function refuseMark(mark: string, family: 'UTF-8' | 'UTF-16'): never {
	throw new AppError('invalid_input', `the file begins with the byte order mark of ${mark}, it is not ${family}`, {
		hint: `Set char_encoding to ${mark}.`,
	});
}

/** The byte order of a file said to be UTF-16: its mark decides, since that cannot be the beginning of a text in the other order. */
export function markedUtf16(bytes: Uint8Array, encoding: string): string {
	const mark = markedEncoding(bytes);
	if (mark === 'utf-8') refuseMark(mark, 'UTF-16');
	return mark ?? encoding;
}
