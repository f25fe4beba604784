import { AppError } from '../../../lib/errors.ts';

/**
 * The little XML that workbooks need: elements by name whatever their prefix, attributes, character data. No pattern here may look
 * past a `<` for the end of a tag: with many tags that never end each would look through all the rest.
 */

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
	return Array.from(xml.matchAll(new RegExp(`<(?:[\\w.-]+:)?${name}(?=[\\s/>])([^<>]*)>`, 'g')), (match) => match[1] ?? '');
}

/** Of an element with text runs (`<t>` inside `<r>` or not): all its text. Readings (`<rPh>`) are not part of it. */
export function textRuns(xml: string): string {
	let text = '';
	let readings = 0;
	for (const [, closes, name, tag = '', own = ''] of xml.matchAll(/<(\/?)(?:[\w.-]+:)?(rPh|t)(?=[\s/>])([^<>]*)>([^<]*)/g)) {
		if (tag.endsWith('/')) continue;
		if (name === 'rPh') readings = closes === '/' ? Math.max(0, readings - 1) : readings + 1;
		else if (closes === '' && readings === 0) text += own;
	}
	return unescapeExcel(text);
}

/** Workbooks may have no document type, and entities of one would not be read as they are meant. */
export function refuseDocumentType(xml: string): void {
	if (!/<!DOCTYPE/i.test(xml)) return;
	throw new AppError('invalid_input', 'the workbook has a document type with definitions of its own, which workbooks may not have', {
		hint: 'Open it in a spreadsheet program and save it again as .xlsx.',
	});
}
