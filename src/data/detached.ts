/** V8 copies a substring shorter than this; a longer one keeps the whole text it was cut from alive. */
const COPIED = 12;
/** Up to here pieces are cheaper than a copy. */
const MOST_IN_PIECES = 48;

/**
 * A substring that does not keep `text` alive: a key held by a group must not hold the megabyte it was read from. Joining
 * pieces that V8 copies takes half the time of making one flat copy (50 against 100 ns at 16 characters).
 */
export function detached(text: string, from: number, to: number): string {
	const length = to - from;
	if (length <= COPIED) return text.substring(from, to);
	if (length > MOST_IN_PIECES) return ` ${text.substring(from, to)}`.substring(1);
	let at = from + COPIED;
	let copy = text.substring(from, at);
	for (; at + COPIED < to; at += COPIED) copy += text.substring(at, at + COPIED);
	return copy + text.substring(at, to);
}
