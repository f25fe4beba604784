/**
 * The little XML that S3 answers with: known elements, no attributes that matter, nothing nested under its own name. Reads in
 * linear time and expands only the five predefined and numeric entities, so no document can grow while it is read.
 */

/** The text of the first `name` element; null where there is none. */
export function xmlText(xml: string, name: string): string | null {
	const inner = xmlElements(xml, name, 1)[0];
	return inner === undefined ? null : unescapeXml(inner);
}

/** What stands inside each `name` element, in order, still escaped. */
export function xmlElements(xml: string, name: string, limit = Number.POSITIVE_INFINITY): string[] {
	const found: string[] = [];
	const [open, close] = [`<${name}`, `</${name}>`];
	for (let at = xml.indexOf(open); at >= 0 && found.length < limit; at = xml.indexOf(open, at)) {
		const next = xml[at + open.length];
		const end = xml.indexOf('>', at);
		if (end < 0) break;
		// `<Key` also begins `<KeyCount>`.
		if (next !== '>' && next !== ' ' && next !== '/') {
			at = end;
			continue;
		}
		if (xml[end - 1] === '/') {
			found.push('');
			at = end;
			continue;
		}
		const stop = xml.indexOf(close, end);
		if (stop < 0) break;
		found.push(xml.slice(end + 1, stop));
		at = stop;
	}
	return found;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
	return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hexadecimal?: string, decimal?: string, named?: string) => {
		if (named !== undefined) return ENTITIES[named.toLowerCase()] ?? whole;
		const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
		return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
	});
}

export function escapeXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
