import { CR, ESCAPED, LF, MALFORMED, maskOf, maskOfTwo, PLAIN, parity, QUOTED } from './signs';

// The tokenizer of delimited text whose signs are one byte each and whose records end at line ends.

/** Records in the block. */
export let rows: i32 = 0;
/** Notes of records with another number of fields than expected. */
export let ragged: i32 = 0;
/** The record at which the last `split` ended is still inside quotes. */
export let unclosed: bool = false;

let base: usize = 0;
let end: usize = 0;
let final: bool = false;
let spans: usize = 0;
/** Bytes of a record's spans. */
let step: usize = 0;
let slots: usize = 0;
let slotCount: i32 = 0;
let columns: i32 = 0;
let notes: usize = 0;
let delimiter: i32 = 0;
/** -1: no quoting. */
let quote: i32 = 0;
/** -1: a quote is doubled. */
let escapes: i32 = 0;

/**
 * Adds whole records from `from` to the block, which has `row` of them already, and gives where the first one not added begins.
 * The byte at `last` is written; up to 64 bytes behind it are read. Spans are pairs of `start << 2 | flag` and `end`, counted
 * from `first`; notes are pairs of row and number of fields, of room for every row.
 */
export function split(
	first: usize,
	from: usize,
	last: usize,
	until: usize,
	isFinal: bool,
	row: i32,
	capacity: i32,
	toSpans: usize,
	width: i32,
	ofSlots: usize,
	countOfSlots: i32,
	countOfColumns: i32,
	toNotes: usize,
	signs: i32,
	escapeSign: i32,
): usize {
	base = first;
	end = last;
	final = isFinal;
	spans = toSpans;
	step = <usize>width * 8;
	slots = ofSlots;
	slotCount = countOfSlots;
	columns = countOfColumns;
	notes = toNotes;
	delimiter = signs & 0xff;
	quote = signs >> 8;
	escapes = escapeSign;
	unclosed = false;
	rows = row;
	ragged = 0;
	store<u8>(end, LF);
	let at = from;
	while (at < end && at < until && rows < capacity) {
		const reached = escapes < 0 ? quickly(at, until, capacity) : at;
		if (!stopped && escapes < 0) return reached;
		// Something that the bits do not tell: that record is looked at byte by byte.
		stopped = false;
		at = reached;
		if (!(at < end && at < until && rows < capacity)) return at;
		const next = slowly(at);
		if (next === 0) return at;
		at = next;
	}
	return at;
}

/** Set where `quickly` gave up at a record that is odd. */
let stopped: bool = false;

/**
 * 64 bytes at a time as bits: where delimiters, line ends and quotes are, and by the parity of quotes what is inside them. That
 * is right while every opening quote is a field's first byte (or the second of two), and every closing one its last; where one is not,
 * `stopped` is set. Gives where the first record begins that was not added.
 */
function quickly(from: usize, until: usize, capacity: i32): usize {
	const delimiters = i8x16.splat(<i8>delimiter);
	const feeds = i8x16.splat(<i8>LF);
	const returns = i8x16.splat(<i8>CR);
	const quotes = i8x16.splat(<i8>quote);
	const limit = final ? end + 1 : end;
	let record = from;
	let start = from;
	let field: i32 = 0;
	let line = spans + <usize>rows * step;
	/** All ones where a chunk begins inside quotes. */
	let inside: u64 = 0;
	/** Of the byte in front of a chunk: it ends a field; it is a quote; it is a closing quote. */
	let edge: u64 = 1;
	let quoteBefore: u64 = 0;
	let closedBefore: u64 = 0;
	/** Where the last second of two quotes was. */
	let doubled: usize = 0;
	for (let chunk = from; chunk < limit; chunk += 64) {
		const valid: u64 = limit - chunk >= 64 ? u64.MAX_VALUE : ((<u64>1) << (limit - chunk)) - 1;
		let edges = (maskOf(chunk, delimiters) | maskOfTwo(chunk, feeds, returns)) & valid;
		const marks: u64 = quote < 0 ? 0 : maskOf(chunk, quotes) & valid;
		let twice: u64 = 0;
		let odd: u64 = 0;
		let nextEdge = edges >> 63;
		if ((marks | inside | closedBefore) !== 0) {
			const within = parity(marks) ^ inside;
			const opening = marks & within;
			const closing = marks & ~within;
			const outer = edges;
			edges &= ~within;
			nextEdge = edges >> 63;
			const behindQuote = (marks << 1) | quoteBefore;
			twice = opening & behindQuote;
			odd = (opening & ~behindQuote & ~((edges << 1) | edge)) | (((closing << 1) | closedBefore) & ~(outer | marks) & valid);
			inside = <u64>(<i64>within >> 63);
			closedBefore = closing >> 63;
			if (odd !== 0) edges &= ((<u64>1) << ctz(odd)) - 1;
		}
		while (edges !== 0) {
			const bit = ctz(edges);
			const at = chunk + <usize>bit;
			edges &= edges - 1;
			// The second sign of a line end of two.
			if (at < start) continue;
			if (field < slotCount) {
				const slot = load<i32>(slots + ((<usize>field) << 2));
				if (slot >= 0) {
					const to = line + ((<usize>slot) << 3);
					let flag = PLAIN;
					let begin = start;
					let stop = at;
					if (start < at && load<u8>(start) === quote) {
						const lately = twice & (((<u64>1) << bit) - 1);
						const second = lately !== 0 ? chunk + 63 - <usize>clz(lately) : doubled;
						flag = second > start ? ESCAPED : QUOTED;
						begin++;
						stop--;
					}
					store<i32>(to, ((<i32>(begin - base)) << 2) | flag);
					store<i32>(to, <i32>(stop - base), 4);
				}
			}
			field++;
			const sign = load<u8>(at);
			if (sign === delimiter) {
				start = at + 1;
				continue;
			}
			// Whether it is one line end or two is not known yet.
			if (sign === CR && at + 1 >= end && !final) return record;
			const isBlank = field === 1 && at === record && columns !== 1;
			const fields = field;
			start = sign === CR && at + 1 < end && load<u8>(at + 1) === LF ? at + 2 : at + 1;
			if (start > end) start = end;
			record = start;
			field = 0;
			if (!isBlank) {
				if (fields !== columns) note(fields);
				rows++;
				line += step;
			}
			if (rows >= capacity || record >= until || record >= end) return record;
		}
		if (odd !== 0) {
			stopped = true;
			return record;
		}
		if (twice !== 0) doubled = chunk + 63 - <usize>clz(twice);
		edge = nextEdge;
		quoteBefore = marks >> 63;
	}
	unclosed = inside !== 0 || (!final && end > from && quote >= 0 && closesAt(end - 1, from));
	return record;
}

/** Whether the byte at `at` is a quote; the parity has it outside, so it is a closing one. */
function closesAt(at: usize, from: usize): bool {
	return at >= from && load<u8>(at) === quote;
}

/** Notes a record's number of fields where it is another, and marks the wanted ones that are not there. */
function note(fields: i32): void {
	const to = notes + ((<usize>ragged) << 3);
	store<i32>(to, rows);
	store<i32>(to, fields, 4);
	ragged++;
	const line = spans + <usize>rows * step;
	for (let field = fields; field < slotCount; field++) {
		const slot = load<i32>(slots + ((<usize>field) << 2));
		if (slot >= 0) store<i32>(line + ((<usize>slot) << 3), -1);
	}
}

/** Adds the record at `begin`; gives where the next one begins, 0 where this one is not whole. */
function slowly(begin: usize): usize {
	let at = begin;
	let field: i32 = 0;
	let sign: i32 = 0;
	const line = spans + <usize>rows * step;
	while (true) {
		let start = at;
		let stop = at;
		let flag = PLAIN;
		sign = load<u8>(at);
		if (sign === quote && at < end) {
			flag = QUOTED;
			start = ++at;
			while (true) {
				sign = load<u8>(at);
				while (sign !== quote && sign !== escapes && at < end) sign = load<u8>(++at);
				const next: i32 = at + 1 < end ? load<u8>(at + 1) : -1;
				if (at >= end || (next < 0 && (sign === escapes || !final))) {
					unclosed = true;
					return 0;
				}
				if (sign !== escapes && next !== quote) break;
				flag = ESCAPED;
				at += 2;
			}
			stop = at++;
			sign = load<u8>(at);
			if (at < end && sign !== delimiter && sign !== LF && sign !== CR) {
				flag = MALFORMED;
				start--;
				while (sign !== delimiter && sign !== LF && sign !== CR) sign = load<u8>(++at);
				stop = at;
			}
		} else {
			while (sign !== delimiter && sign !== LF && sign !== CR) sign = load<u8>(++at);
			stop = at;
		}
		if (field < slotCount) {
			const slot = load<i32>(slots + ((<usize>field) << 2));
			if (slot >= 0) {
				const to = line + ((<usize>slot) << 3);
				store<i32>(to, ((<i32>(start - base)) << 2) | flag);
				store<i32>(to, <i32>(stop - base), 4);
			}
		}
		field++;
		if (sign !== delimiter || at >= end) break;
		at++;
	}
	const length = at - begin;
	if (at >= end ? !final : sign === CR && at + 1 >= end && !final) return 0;
	if (at < end) at += sign === CR && at + 1 < end && load<u8>(at + 1) === LF ? 2 : 1;
	if (field !== columns) {
		if (field === 1 && length === 0 && columns !== 1) return at;
		note(field);
	}
	rows++;
	return at;
}
