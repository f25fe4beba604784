import { expect, test } from 'vitest';
import { getDecoder } from '../../../src/connectors/mysql/stand-ins/iconv-lite.ts';

/** The bundle has this in place of iconv-lite; mysql2 asks it for what Node's Buffer does not know. */
test.each([
	['cesu8', 'C3A9E282AC', 'é€'],
	['cp1251', 'EFF0E8', 'при'],
	['sjis', '93FA', '日'],
	['gbk', 'C4E3', '你'],
])('names of columns in %s are decoded', (encoding, bytes, text) => {
	const decoder = getDecoder(encoding);
	expect(decoder.write(Buffer.from(bytes, 'hex')) + decoder.end()).toBe(text);
});
