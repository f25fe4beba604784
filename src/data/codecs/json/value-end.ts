const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Where a JSON value that begins at `from` ends, looking only at quotes and brackets; -1 where `end` comes before. A number or
 * word ends at a comma, bracket or blank, so one that reaches `end` counts as cut off unless `final`.
 */
export function valueEnd(bytes: Uint8Array, from: number, end: number, final: boolean): number {
	const first = bytes[from] as number;
	if (first === QUOTE) return stringEnd(bytes, from, end);
	if (first !== 0x7b && first !== 0x5b) {
		let at = from;
		while (at < end && !isBreak(bytes[at] as number)) at++;
		return at < end || final ? at : -1;
	}
	let depth = 0;
	for (let at = from; at < end; at++) {
		const byte = bytes[at] as number;
		if (byte === QUOTE) {
			at = stringEnd(bytes, at, end) - 1;
			if (at < 0) return -1;
		} else if (byte === 0x7b || byte === 0x5b) depth++;
		else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) return at + 1;
	}
	return -1;
}

/** Behind the closing quote of the string that begins at `from`, or -1. */
export function stringEnd(bytes: Uint8Array, from: number, end: number): number {
	let at = from + 1;
	while (at < end) {
		const byte = bytes[at] as number;
		if (byte === QUOTE) return at + 1;
		at += byte === BACKSLASH ? 2 : 1;
	}
	return -1;
}

export function isBlank(byte: number): boolean {
	return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

function isBreak(byte: number): boolean {
	return isBlank(byte) || byte === 44 || byte === 0x5d || byte === 0x7d;
}
