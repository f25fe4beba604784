import { AppError } from '../lib/errors.ts';

/**
 * The key of one object below `root` (which ends in `/`). Refuses whatever another system could read as a step out of the root
 * or as a different name: `.` and `..` segments, a leading slash, backslashes, NUL and other control characters, empty segments,
 * lone surrogates, and keys past `maxBytes` of UTF-8 (1,024 in S3 and R2).
 */
export function objectKey(root: string, path: string, maxBytes = 1024): string {
	if (path === '') throw refused(path, 'is empty');
	if (path.endsWith('/')) throw refused(path, 'ends in a slash, which names a folder');
	return checked(root, path, maxBytes);
}

/** The beginning of keys below `root`: as `objectKey`, but empty and a slash at the end are fine. */
export function objectPrefix(root: string, prefix: string, maxBytes = 1024): string {
	if (prefix === '') return root;
	return checked(root, prefix, maxBytes);
}

function checked(root: string, path: string, maxBytes: number): string {
	if (path.startsWith('/')) throw refused(path, 'begins with a slash');
	if (path.includes('\\')) throw refused(path, 'has a backslash');
	if (hasControlCharacter(path)) throw refused(path, 'has a control character');
	if (!path.isWellFormed()) throw refused(path, 'has half a surrogate pair');
	const segments = path.split('/');
	if (path.endsWith('/')) segments.pop();
	for (const segment of segments) {
		if (segment === '') throw refused(path, 'has an empty segment (two slashes in a row)');
		if (segment === '.' || segment === '..') throw refused(path, `has a "${segment}" segment`);
	}
	const key = root + path;
	const bytes = new TextEncoder().encode(key).byteLength;
	if (bytes > maxBytes) throw refused(path, `makes a key of ${bytes} bytes, ${maxBytes} is the most`);
	return key;
}

function hasControlCharacter(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < 32 || code === 127) return true;
	}
	return false;
}

function refused(path: string, because: string): AppError {
	const shown = path.length > 120 ? `${path.slice(0, 120)}…` : path;
	return new AppError('invalid_input', `The path ${JSON.stringify(shown)} ${because}.`, {
		hint: 'Give a path below the storage root such as reports/2024/costs.csv.',
	});
}
