import { AppError } from '../../../lib/errors.ts';
import { MAX_RECORD_BYTES } from '../codec.ts';
import { refuseDocumentType } from './xml.ts';

/** An element's start tag and what is inside it; an empty one has nothing inside. */
export interface XmlElement {
	readonly tag: string;
	readonly inside: string;
}

/**
 * The elements of a name in an XML document that comes in pieces; they may not contain themselves. What is before the first is
 * given to `head`, once.
 */
export async function* elements(pieces: AsyncIterable<Uint8Array>, name: string, head: (xml: string) => void = () => {}): AsyncGenerator<XmlElement> {
	const decoder = new TextDecoder();
	const start = new RegExp(`<((?:[\\w.-]+:)?)${name}(?=[\\s/>])`, 'g');
	let text = '';
	let first = true;
	for await (const piece of pieces) {
		const begins = first && text === '';
		text += decoder.decode(piece, { stream: true });
		if (begins) refuseDocumentType(text);
		let from = 0;
		for (;;) {
			start.lastIndex = from;
			const found = start.exec(text);
			if (found === null) break;
			if (first) head(text.slice(0, found.index));
			first = false;
			const close = text.indexOf('>', found.index);
			if (close < 0) break;
			const tag = text.slice(start.lastIndex, close);
			if (tag.endsWith('/')) {
				from = close + 1;
				yield { tag, inside: '' };
				continue;
			}
			const endTag = `</${found[1] ?? ''}${name}>`;
			const end = text.indexOf(endTag, close);
			if (end < 0) {
				from = found.index;
				break;
			}
			from = end + endTag.length;
			yield { tag, inside: text.slice(close + 1, end) };
		}
		// A start tag may be cut anywhere: what has no element in it yet is kept from its last `<` on.
		start.lastIndex = from;
		const begun = start.exec(text)?.index ?? Math.max(from, text.lastIndexOf('<'));
		text = text.slice(begun);
		if (text.length > MAX_RECORD_BYTES)
			throw new AppError('limit', `a ${name} of the workbook is larger than ${MAX_RECORD_BYTES} bytes`, { hint: 'Export the sheet as CSV.' });
	}
	start.lastIndex = 0;
	if (start.test(text))
		throw new AppError('invalid_input', `a ${name} of the workbook has no end`, {
			hint: 'Open the workbook in a spreadsheet program and save it again as .xlsx.',
		});
}
