import { civilFromDays, isDatetime, MS_PER_DAY, splitMicroseconds, validDate, withMicroseconds } from './calendar.ts';

/** A moment and the offset it was written with, minutes east of UTC. */
export interface ParsedDatetime {
	readonly ms: number;
	readonly offset: number;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DATETIME = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?(?: ?(Z|z|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/;

/** `2024-01-31` as days since the epoch; undefined where it is no such date. */
export function parseIsoDate(text: string): number | undefined {
	const parts = DATE.exec(text);
	return parts === null ? undefined : validDate(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

/**
 * `2024-01-31T12:30:00.123456+02:00`: seconds, fraction and zone may be left out, a blank may stand for the T, a date alone
 * is its midnight; without a zone it is UTC. Fractions finer than a microsecond are refused unless they are zeros.
 */
export function parseIsoDatetime(text: string): ParsedDatetime | undefined {
	const usual = parseUsual(text);
	if (!Number.isNaN(usual)) return { ms: usual, offset: 0 };
	const parts = DATETIME.exec(text);
	if (parts === null) return undefined;
	const days = validDate(Number(parts[1]), Number(parts[2]), Number(parts[3]));
	const hour = Number(parts[4] ?? 0);
	const minute = Number(parts[5] ?? 0);
	const second = Number(parts[6] ?? 0);
	if (days === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
	const fraction = (parts[7] ?? '').padEnd(6, '0');
	if (fraction.length > 6 && !/^0*$/.test(fraction.slice(6))) return undefined;
	const offset = parseOffset(parts[8] ?? 'Z');
	if (offset === undefined) return undefined;
	const seconds = hour * 3600 + (minute - offset) * 60 + second;
	const ms = withMicroseconds(days * MS_PER_DAY + seconds * 1000 + Number(fraction.slice(0, 3)), Number(fraction.slice(3, 6)));
	return ms === undefined || !isDatetime(ms) ? undefined : { ms, offset };
}

/** `2024-01-31T12:30:00` with or without milliseconds and Z, which most datetimes are; NaN for everything else. */
function parseUsual(text: string): number {
	const end = text.charCodeAt(text.length - 1) === 90 ? text.length - 1 : text.length;
	if (end !== 19 && end !== 23) return Number.NaN;
	const separator = text.charCodeAt(10);
	if (
		text.charCodeAt(4) !== 45 ||
		text.charCodeAt(7) !== 45 ||
		(separator !== 84 && separator !== 32) ||
		text.charCodeAt(13) !== 58 ||
		text.charCodeAt(16) !== 58
	)
		return Number.NaN;
	const days = validDate(digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2));
	const hour = digitsAt(text, 11, 2);
	const minute = digitsAt(text, 14, 2);
	const second = digitsAt(text, 17, 2);
	const millisecond = end === 19 ? 0 : text.charCodeAt(19) === 46 ? digitsAt(text, 20, 3) : Number.NaN;
	if (days === undefined || !(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
	return days * MS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + millisecond;
}

/** NaN where one of the signs is no digit. */
function digitsAt(text: string, from: number, count: number): number {
	let value = 0;
	for (let at = from; at < from + count; at++) {
		const digit = text.charCodeAt(at) - 48;
		value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
	}
	return value;
}

/** `Z`, `+02`, `+02:00`, `+0200` in minutes east of UTC, at most 18 hours. */
export function parseOffset(text: string): number | undefined {
	const sign = text.charCodeAt(0) === 45 ? -1 : 1;
	if (text === 'Z' || text === 'z' || text === 'UTC') return 0;
	const hours = Number(text.slice(1, 3));
	const minutes = Number(text.slice(text.charCodeAt(3) === 58 ? 4 : 3) || 0);
	const offset = hours * 60 + minutes;
	return minutes > 59 || !(offset <= 1080) ? undefined : sign * offset;
}

export function formatIsoDate(days: number): string {
	const { year, month, day } = civilFromDays(days);
	return `${pad4(year)}-${pad2(month)}-${pad2(day)}`;
}

/** `2024-01-01T00:00:00Z`; the fraction only where it is not zero, in three or six digits; the offset as it was written. */
export function formatIsoDatetime(moment: number, offsetMinutes = 0): string {
	const { ms, microseconds } = splitMicroseconds(moment);
	const local = ms + offsetMinutes * 60_000;
	const days = Math.floor(local / MS_PER_DAY);
	const time = local - days * MS_PER_DAY;
	const seconds = Math.floor(time / 1000);
	const millis = time - seconds * 1000;
	const clock = `${formatIsoDate(days)}T${pad2(Math.floor(seconds / 3600))}:${pad2(Math.floor(seconds / 60) % 60)}:${pad2(seconds % 60)}`;
	const fraction = microseconds !== 0 ? `.${pad3(millis)}${pad3(microseconds)}` : millis !== 0 ? `.${pad3(millis)}` : '';
	return clock + fraction + formatOffset(offsetMinutes);
}

/** `Z` or `+02:00`. */
export function formatOffset(offsetMinutes: number): string {
	if (offsetMinutes === 0) return 'Z';
	const distance = Math.abs(offsetMinutes);
	return `${offsetMinutes < 0 ? '-' : '+'}${pad2(Math.floor(distance / 60))}:${pad2(distance % 60)}`;
}

const TWO: readonly string[] = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

export function pad2(number: number): string {
	return TWO[number] as string;
}

function pad3(number: number): string {
	return String(number).padStart(3, '0');
}

function pad4(number: number): string {
	return String(number).padStart(4, '0');
}
