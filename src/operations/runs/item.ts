import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import type { RunItemPage } from '../../model/views/run-item.ts';
import { type RunWithNames, runById } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { cursorFor, type PageRequest, pagePosition } from '../page.ts';
import { requireRunRight } from './access.ts';
import type { ArchivedLine, LinePlace } from './archived-lines.ts';
import { badRecords } from './bad-records.ts';
import { type ItemLines, linesOfItem } from './item-lines.ts';

export interface GetRunItemInput extends PageRequest {
	readonly run_id: number;
	readonly item: 'log' | 'payload' | 'result' | 'bad_records';
	/** Of a result: the destination, by id or name; needed where a run has several. */
	readonly component?: string | undefined;
	/** Only entries that hold this text, in any case. */
	readonly search?: string | undefined;
	/** Only this entry, whole. */
	readonly entry?: number | undefined;
	/** Characters of it to leave out at the beginning. */
	readonly offset?: number | undefined;
}

const PAGE = { normal: 20, most: 200 };
/** An entry of a list is shown so far; one that is asked for by its number in portions of so much. */
const SHOWN = 800;
const PORTION = 16_000;
/** What one call looks through; a search for something rare goes on in the next. */
const BYTES_A_CALL = 8_000_000;
const LINES_A_CALL = 100_000;
/** Two numbers in one: lines before, bytes before. */
const MOST_BYTES = 2 ** 28;

/** What is inside a large part of a run, page by page: lines of its log, rows of its payload or of a result, records it refused. */
export async function runItemPage(context: OperationContext, principal: Principal, input: GetRunItemInput): Promise<RunItemPage> {
	const found = await runById(context.store, principal.account.id, input.run_id);
	if (found === null) throw notFound('run', input.run_id);
	await requireRunRight(context, principal, found.run, input.item === 'result' ? 'read' : 'debug');
	const bounds = { list: `run-item-${input.item.replace('_', '-')}`, ...PAGE };
	const { limit, from } = pagePosition(input, bounds);
	const search = input.search?.toLowerCase();
	const wanted = (text: string) => search === undefined || text.toLowerCase().includes(search);
	const about = { run_id: input.run_id, item: input.item, component: null, total: null };
	if (input.item === 'bad_records') return refusedRecords(context, found, input, { ...about, limit, from: from ?? 0, wanted, list: bounds.list });
	const { component, total, lines } = await linesOfItem(context, found, input);
	const named = { ...about, component, total };
	if (input.entry !== undefined) return { ...named, entries: [await oneEntry(lines, input.entry, input.offset ?? 0)], next_cursor: null };
	const place = { line: Math.floor((from ?? 0) / MOST_BYTES), byte: (from ?? 0) % MOST_BYTES };
	const { entries, next } = await page(lines(place), wanted, limit);
	return { ...named, entries: entries.map(shortened), next_cursor: next === null ? null : cursorFor(bounds.list, next.line * MOST_BYTES + next.byte) };
}

interface Entry {
	readonly index: number;
	readonly text: string;
}

async function page(
	lines: AsyncIterable<ArchivedLine>,
	wanted: (text: string) => boolean,
	limit: number,
): Promise<{ readonly entries: Entry[]; readonly next: LinePlace | null }> {
	const entries: Entry[] = [];
	let behind: LinePlace | null = null;
	let looked = 0;
	let begun: number | null = null;
	for await (const { index, text, next } of lines) {
		const full = entries.length === limit || looked === LINES_A_CALL || (begun !== null && next.byte - begun > BYTES_A_CALL);
		if (full && behind !== null) return { entries, next: behind };
		begun ??= next.byte;
		looked += 1;
		behind = next;
		if (wanted(text)) entries.push({ index, text });
	}
	return { entries, next: null };
}

async function oneEntry(lines: ItemLines, number: number, offset: number): Promise<RunItemPage['entries'][number]> {
	let last = 0;
	for await (const { index, text } of lines({ line: 0, byte: 0 })) {
		last = index;
		if (index === number) return portion({ index, text }, offset);
	}
	throw noEntry(number, last);
}

function shortened({ index, text }: Entry): RunItemPage['entries'][number] {
	return { index, text: text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`, characters: text.length };
}

function portion({ index, text }: Entry, offset: number): RunItemPage['entries'][number] {
	if (offset > text.length) {
		throw new AppError('invalid_input', `entry ${index} has ${text.length} characters, offset is ${offset}`, { hint: 'Give a smaller offset, or none.' });
	}
	return { index, text: text.slice(offset, offset + PORTION), characters: text.length };
}

function noEntry(number: number, last: number): AppError {
	return new AppError('not_found', `there is no entry ${number}`, {
		hint: last === 0 ? 'There are none at all.' : `Entries are numbered from 1 to ${last}; leave entry out to list them.`,
	});
}

interface RecordsRequest extends Omit<RunItemPage, 'entries' | 'next_cursor'> {
	readonly limit: number;
	readonly from: number;
	readonly wanted: (text: string) => boolean;
	readonly list: string;
}

async function refusedRecords(
	context: OperationContext,
	{ run }: RunWithNames,
	{ entry, offset, component }: GetRunItemInput,
	{ limit, from, wanted, list, ...about }: RecordsRequest,
): Promise<RunItemPage> {
	const of = (record: { readonly component: string; readonly name: string }) =>
		component === undefined || record.component === component || record.name === component;
	if (entry !== undefined) {
		const { records } = await badRecords(context, run, () => true, { from: entry - 1, limit: 1 });
		const [record] = records;
		if (record === undefined || record.place !== entry) throw noEntry(entry, 0);
		const { place, ...rest } = record;
		return { ...about, entries: [portion({ index: place, text: JSON.stringify(rest) }, offset ?? 0)], next_cursor: null };
	}
	const { records, next } = await badRecords(context, run, (record) => of(record) && wanted(JSON.stringify(record)), { from, limit });
	const entries = records.map(({ place, ...rest }) => shortened({ index: place, text: JSON.stringify(rest) }));
	return { ...about, entries, next_cursor: next === null ? null : cursorFor(list, next) };
}
