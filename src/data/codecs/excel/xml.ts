/** The little XML that workbooks need: elements by name whatever their prefix, attributes, character data. */

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Character data as it is meant. */
export function unescapeXml(text: string): string {
	if (!text.includes('&')) return text;
	return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal?: string, hex?: string, name?: string) => {
		if (name !== undefined) return NAMED[name] ?? whole;
		const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
		return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
	});
}

/** Excel writes what XML cannot say as `_x000D_`. */
export function unescapeExcel(text: string): string {
	const plain = unescapeXml(text);
	return plain.includes('_x') ? plain.replace(/_x([0-9a-fA-F]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))) : plain;
}

/** An attribute of a start tag's inside, by its name without prefix. */
export function attribute(tag: string, name: string): string | undefined {
	const found = new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
	const value = found?.[1] ?? found?.[2];
	return value === undefined ? undefined : unescapeXml(value);
}

/** The insides of the start tags of every element of a name. */
export function startTags(xml: string, name: string): string[] {
	return Array.from(xml.matchAll(new RegExp(`<(?:[\\w.-]+:)?${name}(?=[\\s/>])([^>]*)>`, 'g')), (match) => match[1] ?? '');
}

/** Of an element with text runs (`<t>` inside `<r>` or not): all its text. Readings (`<rPh>`) are not part of it. */
export function textRuns(xml: string): string {
	const own = xml.includes('rPh') ? xml.replace(/<(?:[\w.-]+:)?rPh\b[\s\S]*?<\/(?:[\w.-]+:)?rPh>/g, '') : xml;
	let text = '';
	for (const match of own.matchAll(/<(?:[\w.-]+:)?t(?:\s[^>]*)?>([^<]*)</g)) text += match[1] ?? '';
	return unescapeExcel(text);
}
