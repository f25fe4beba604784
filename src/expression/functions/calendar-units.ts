import { addMonths, civilFromDays, dayOf, dayOfWeek, daysFromCivil, isDatetime, MS_PER_DAY, splitMicroseconds, timeOfDay } from '../../data/calendar.ts';
import { nearest } from '../../lib/nearest.ts';

/** A span of calendar time: months and days follow the calendar of the date they are added to, the rest the clock. */
export interface Duration {
	readonly months: number;
	readonly days: number;
	readonly ms: number;
}

export type Unit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

const UNITS: Readonly<Record<Unit, Duration>> = {
	year: { months: 12, days: 0, ms: 0 },
	quarter: { months: 3, days: 0, ms: 0 },
	month: { months: 1, days: 0, ms: 0 },
	week: { months: 0, days: 7, ms: 0 },
	day: { months: 0, days: 1, ms: 0 },
	hour: { months: 0, days: 0, ms: 3_600_000 },
	minute: { months: 0, days: 0, ms: 60_000 },
	second: { months: 0, days: 0, ms: 1000 },
	millisecond: { months: 0, days: 0, ms: 1 },
};

const SHORT: Readonly<Record<string, Unit>> = {
	y: 'year',
	yr: 'year',
	q: 'quarter',
	mon: 'month',
	w: 'week',
	d: 'day',
	h: 'hour',
	hr: 'hour',
	m: 'minute',
	min: 'minute',
	s: 'second',
	sec: 'second',
	ms: 'millisecond',
};

/** `day`, `Days`, `d`; undefined where it is no unit. */
export function parseUnit(text: string): Unit | undefined {
	const word = text.trim().toLowerCase();
	const singular = word.endsWith('s') && word.length > 2 ? word.slice(0, -1) : word;
	if (Object.hasOwn(UNITS, singular)) return singular as Unit;
	return Object.hasOwn(SHORT, word) ? SHORT[word] : Object.hasOwn(SHORT, singular) ? SHORT[singular] : undefined;
}

export function unitFault(text: string): string | null {
	if (parseUnit(text) !== undefined) return null;
	const near = nearest(text, Object.keys(UNITS));
	return `'${text}' is no unit of time${near === undefined ? '' : ` (did you mean ${near}?)`}: ${Object.keys(UNITS).join(', ')}`;
}

export function times(unit: Unit, amount: number): Duration {
	const { months, days, ms } = UNITS[unit];
	return { months: months * amount, days: days * amount, ms: ms * amount };
}

const ISO_DURATION =
	/^([+-]?)P(?=.)(?:(\d{1,7})Y)?(?:(\d{1,7})M)?(?:(\d{1,7})W)?(?:(\d{1,9})D)?(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12})(?:\.(\d{1,6}))?S)?)?$/;

let lastText = '';
let lastDuration: Duration | undefined;

/** ISO 8601: `P1Y2M3DT4H5M6.5S`, `P2W`, `-P1D`; undefined where it is none. The last one is kept: mostly it is a literal. */
export function parseDuration(text: string): Duration | undefined {
	if (text !== lastText) {
		lastDuration = readDuration(text);
		lastText = text;
	}
	return lastDuration;
}

function readDuration(text: string): Duration | undefined {
	const parts = ISO_DURATION.exec(text.trim().toUpperCase());
	if (parts === null) return undefined;
	const sign = parts[1] === '-' ? -1 : 1;
	const [years, months, weeks, days, hours, minutes, seconds] = parts.slice(2, 9).map((part) => Number(part ?? 0)) as [
		number,
		number,
		number,
		number,
		number,
		number,
		number,
	];
	const fraction = Number((parts[9] ?? '').padEnd(6, '0')) / 1000;
	return {
		months: sign * (years * 12 + months),
		days: sign * (weeks * 7 + days),
		ms: sign * (hours * 3_600_000 + minutes * 60_000 + seconds * 1000 + fraction),
	};
}

export function durationFault(text: string): string | null {
	return parseDuration(text) === undefined ? `'${text}' is no duration: write P1D, P1Y2M, PT12H30M (ISO 8601)` : null;
}

/** A moment moved by a duration, in the calendar of its offset; undefined past the years 0001 to 9999. */
export function addDuration(moment: number, offset: number, duration: Duration, sign: 1 | -1 = 1): number | undefined {
	const day = dayOf(moment, offset);
	const time = timeOfDay(moment, offset);
	const months = duration.months * sign;
	if (Math.abs(months) > 120_000 || Math.abs(duration.days) > 4_000_000) return undefined;
	const moved = (months === 0 ? day : addMonths(day, months)) + duration.days * sign;
	const ms = toMicroseconds(moved * MS_PER_DAY + time - offset * 60_000 + duration.ms * sign);
	return isDatetime(ms) ? ms : undefined;
}

/** Onto the grid of microseconds, which sums of fractions leave by a last bit: equal moments are equal doubles. */
export function toMicroseconds(moment: number): number {
	if (Number.isInteger(moment)) return moment;
	const { ms, microseconds } = splitMicroseconds(moment);
	return ms + microseconds / 1000;
}

/** The beginning of the unit a local time (milliseconds as if UTC) falls in. Weeks begin on Monday. */
export function truncate(local: number, unit: Unit): number {
	const day = Math.floor(local / MS_PER_DAY);
	switch (unit) {
		case 'year':
		case 'quarter':
		case 'month': {
			const { year, month } = civilFromDays(day);
			const first = unit === 'year' ? 1 : unit === 'quarter' ? month - ((month - 1) % 3) : month;
			return daysFromCivil(year, first, 1) * MS_PER_DAY;
		}
		case 'week':
			return (day - dayOfWeek(day) + 1) * MS_PER_DAY;
		default: {
			const length = unit === 'day' ? MS_PER_DAY : UNITS[unit].ms;
			return Math.floor(local / length) * length;
		}
	}
}

/** Boundaries of a unit crossed from one local time to another, as SQL's date_diff counts. */
export function boundariesBetween(unit: Unit, start: number, end: number): number {
	const { months, days, ms } = UNITS[unit];
	const from = truncate(start, unit);
	const to = truncate(end, unit);
	if (months === 0) return Math.round((to - from) / (days * MS_PER_DAY + ms));
	const a = civilFromDays(Math.floor(from / MS_PER_DAY));
	const b = civilFromDays(Math.floor(to / MS_PER_DAY));
	return Math.trunc(((b.year - a.year) * 12 + b.month - a.month) / months);
}

/** Whole units from one moment to another, towards zero; both in UTC's calendar. */
export function wholeBetween(unit: Unit, start: number, end: number): number {
	const { months, days, ms } = UNITS[unit];
	if (months === 0) return Math.trunc(toMicroseconds(end - start) / (days * MS_PER_DAY + ms)) + 0;
	if (end < start) return 0 - wholeBetween(unit, end, start);
	const estimate = Math.trunc(boundariesBetween('month', start, end) / months);
	const reached = (count: number) => toMicroseconds(addMonths(dayOf(start), count * months) * MS_PER_DAY + timeOfDay(start)) <= end;
	return reached(estimate) ? estimate : estimate - 1;
}
