import { expect, test } from 'vitest';
import { xmlElements, xmlText } from '../../../src/connectors/s3/xml.ts';

const listed = `<?xml version="1.0"?><R xmlns="x"><KeyCount>2</KeyCount><Contents><Key>a&amp;b&lt;c&#39;&#x1F600;</Key><Size>1</Size></Contents><Contents>
	<Key >second</Key><Owner/></Contents><Prefix/></R>`;

test('elements are found by their whole name, in order', () => {
	expect(xmlElements(listed, 'Contents').map((item) => xmlText(item, 'Key'))).toEqual(["a&b<c'😀", 'second']);
	expect(xmlText(listed, 'Prefix')).toBe('');
	expect(xmlText(listed, 'Missing')).toBeNull();
});

test('a document that stops short gives what is whole, and entities of its own stay as they are', () => {
	expect(xmlElements('<A>1</A><A>2', 'A')).toEqual(['1']);
	expect(xmlElements('<A', 'A')).toEqual([]);
	expect(xmlText('<A>&boom;&#x110000;</A>', 'A')).toBe('&boom;&#x110000;');
});

test('ten megabytes of openings that never close is read in linear time', () => {
	expect(xmlElements('<Contents>'.repeat(1_000_000), 'Contents')).toEqual([]);
});
