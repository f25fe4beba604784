import { crc32 } from 'node:zlib';

/** The CRC-32 of a page's bytes as they stand in the file, behind its header, in the signed number that the header has for it. */
export function pageChecksum(body: Uint8Array): number {
	return crc32(body) | 0;
}

/** Throws a RangeError where a page's header has a checksum and the page another. A page without one cannot be checked. */
export function checkPage(body: Uint8Array, expected: number | undefined, place: () => string): void {
	if (expected === undefined) return;
	const found = pageChecksum(body);
	if (found !== (expected | 0)) throw new RangeError(`${place()} is damaged: its checksum is ${hex(found)} where its header says ${hex(expected)}`);
}

function hex(checksum: number): string {
	return (checksum >>> 0).toString(16).padStart(8, '0');
}
