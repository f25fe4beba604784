import { AppError } from '../../../lib/errors.ts';
import { nearest } from '../../../lib/nearest.ts';
import type { RandomAccessFile } from '../codec.ts';
import { elements } from './element-stream.ts';
import { attribute, refuseDocumentType, startTags, textRuns } from './xml.ts';
import { ZipArchive } from './zip-archive.ts';

const MOST_PART_BYTES = 8 * 2 ** 20;
/** Texts of a workbook stand together in one part, which has to be in memory. */
const MOST_SHARED_CHARACTERS = 16 * 2 ** 20;

/** Number formats that are dates or times, by their built-in numbers. */
const BUILT_IN_DATES: ReadonlySet<number> = new Set([
	14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 47, 50, 51, 52, 53, 54, 55, 56, 57, 58,
]);

/** Hours that go on past the day: `[h]:mm:ss`. */
const ELAPSED = 46;
/** Spreadsheet programs take 255. */
const MOST_FORMAT_CHARACTERS = 1_000;

/** What the numbers of cells mean: a moment, a length of time, or themselves. */
export type CellStyle = 'date' | 'elapsed' | null;

/** An opened workbook: what is needed to read the cells of one sheet. */
export interface Workbook {
	readonly archive: ZipArchive;
	readonly sheetPart: string;
	readonly sharedTexts: readonly string[];
	/** By style number. */
	readonly styles: readonly CellStyle[];
	/** Days are counted from 1904, as early Macintoshes did. */
	readonly since1904: boolean;
}

/** Opens a sheet by name, or the first. Throws `AppError` where there is none of that name. */
export async function openWorkbook(file: RandomAccessFile, sheet: string | null): Promise<Workbook> {
	const archive = await ZipArchive.open(file);
	if (!archive.has('xl/workbook.xml')) {
		const binary = archive.has('xl/workbook.bin');
		throw new AppError('invalid_input', binary ? 'the workbook is binary (.xlsb)' : 'the file is a zip archive, but not an .xlsx workbook', {
			hint: 'Save it as .xlsx.',
		});
	}
	const xml = await archive.text('xl/workbook.xml', MOST_PART_BYTES);
	refuseDocumentType(xml);
	return {
		archive,
		sheetPart: await sheetPart(archive, xml, sheet),
		sharedTexts: await sharedTexts(archive),
		styles: await stylesOf(archive),
		since1904: startTags(xml, 'workbookPr').some((tag) => /^(?:1|true)$/.test(attribute(tag, 'date1904') ?? '')),
	};
}

async function sheetPart(archive: ZipArchive, workbook: string, wanted: string | null): Promise<string> {
	const sheets = startTags(workbook, 'sheet').map((tag) => ({ name: attribute(tag, 'name') ?? '', relation: attribute(tag, 'id') ?? '' }));
	const sheet = wanted === null ? sheets[0] : sheets.find(({ name }) => name === wanted);
	if (sheet === undefined) {
		const names = sheets.map(({ name }) => name);
		const near = wanted === null ? undefined : nearest(wanted, names);
		throw new AppError('invalid_input', wanted === null ? 'the workbook has no sheet' : `the workbook has no sheet ${JSON.stringify(wanted)}`, {
			hint: `${near === undefined ? '' : `Did you mean ${JSON.stringify(near)}? `}Its sheets are ${names
				.slice(0, 30)
				.map((name) => JSON.stringify(name))
				.join(', ')}.`,
		});
	}
	const relations = startTags(await archive.text('xl/_rels/workbook.xml.rels', MOST_PART_BYTES), 'Relationship');
	const target = relations.find((tag) => attribute(tag, 'Id') === sheet.relation);
	const path = target === undefined ? undefined : attribute(target, 'Target');
	if (path === undefined)
		throw new AppError('invalid_input', `the sheet ${JSON.stringify(sheet.name)} has no part in the workbook`, {
			hint: 'Save the workbook again in a spreadsheet program.',
		});
	return path.startsWith('/') ? path.slice(1) : `xl/${path}`;
}

async function sharedTexts(archive: ZipArchive): Promise<string[]> {
	const texts: string[] = [];
	if (!archive.has('xl/sharedStrings.xml')) return texts;
	let characters = 0;
	for await (const { inside } of elements(archive.read('xl/sharedStrings.xml'), 'si')) {
		const text = textRuns(inside);
		characters += text.length + 16;
		if (characters > MOST_SHARED_CHARACTERS)
			throw new AppError('limit', 'the workbook has more text than can be read', { hint: 'Split it, or export the sheet as CSV.' });
		texts.push(text);
	}
	return texts;
}

async function stylesOf(archive: ZipArchive): Promise<CellStyle[]> {
	if (!archive.has('xl/styles.xml')) return [];
	const xml = await archive.text('xl/styles.xml', MOST_PART_BYTES);
	const dates = new Set(BUILT_IN_DATES);
	const elapsed = new Set([ELAPSED]);
	for (const tag of startTags(xml, 'numFmt')) {
		const number = Number(attribute(tag, 'numFmtId'));
		const format = kindOfFormat((attribute(tag, 'formatCode') ?? '').slice(0, MOST_FORMAT_CHARACTERS));
		if (format === 'date') dates.add(number);
		if (format === 'elapsed') elapsed.add(number);
	}
	const behind = xml.slice(/<(?:[\w.-]+:)?cellXfs[\s>]/.exec(xml)?.index ?? xml.length);
	const cells = behind.slice(0, /<\/(?:[\w.-]+:)?cellXfs>/.exec(behind)?.index ?? 0);
	return startTags(cells, 'xf').map((tag) => {
		const number = Number(attribute(tag, 'numFmtId') ?? 0);
		return elapsed.has(number) ? 'elapsed' : dates.has(number) ? 'date' : null;
	});
}

/** By the parts of a date outside of quotes, escapes and conditions: `[h]` counts on past the day, `[Red]` is none. */
function kindOfFormat(code: string): CellStyle {
	const signs = code.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
	if (/\[(?:h+|m+|s+)\]/i.test(signs)) return 'elapsed';
	return /[dmyhs]/i.test(signs.replace(/general/gi, '')) ? 'date' : null;
}
