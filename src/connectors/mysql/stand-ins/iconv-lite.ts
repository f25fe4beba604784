/**
 * Bundled in place of iconv-lite, which mysql2 asks only for character sets that Node's Buffer does not know and which brings 480 KB
 * of tables. Our sessions speak utf8mb4 both ways; MySQL's utf8mb3, in which servers name columns before that is agreed, is the part
 * of it up to three bytes a character, and mysql2 calls it cesu8. Should a server name another set all the same, the platform decodes it.
 */
export function getDecoder(encoding: string): { write(bytes: Uint8Array): string; end(): string } {
	const decoder = new TextDecoder(encoding === 'cesu8' ? 'utf-8' : encoding);
	return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

export function getEncoder(encoding: string): never {
	throw new Error(`texts are sent to MySQL as utf8mb4, not as ${encoding}`);
}
