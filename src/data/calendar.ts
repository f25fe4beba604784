/**
 * Calendar arithmetic over the proleptic Gregorian calendar, years 0001–9999. A date is days since 1970-01-01; a datetime is
 * milliseconds since the epoch as a double. Microseconds are kept as a fraction, exactly for the years 1692–2247: past them
 * a double has no room, so texts that have some there are no datetimes.
 */

export const MS_PER_DAY = 86_400_000;
/** 0001-01-01 and 9999-12-31. */
export const MIN_DATE = -719_162;
export const MAX_DATE = 2_932_896;
export const MIN_DATETIME = MIN_DATE * MS_PER_DAY;
/** The first moment that is too late. */
export const END_DATETIME = (MAX_DATE + 1) * MS_PER_DAY;

const MICROSECOND_BOUND = 2 ** 43;

export interface CivilDate {
	readonly year: number;
	/** 1–12 */
	readonly month: number;
	/** 1–31 */
	readonly day: number;
}

/** Days since the epoch of a calendar date. Counts in eras of 400 years that begin on 1 March. */
export function daysFromCivil(year: number, month: number, day: number): number {
	const y = month <= 2 ? year - 1 : year;
	const era = Math.floor(y / 400);
	const yearOfEra = y - era * 400;
	const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
	return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

export function civilFromDays(days: number): CivilDate {
	const shifted = days + 719_468;
	const era = Math.floor(shifted / 146_097);
	const dayOfEra = shifted - era * 146_097;
	// From here on everything is positive, so that cutting is flooring, and much faster.
	const yearOfEra = ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
	const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
	const shiftedMonth = ((5 * dayOfYear + 2) / 153) | 0;
	const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
	return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - (((153 * shiftedMonth + 2) / 5) | 0) + 1 };
}

export function isLeapYear(year: number): boolean {
	return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
	return month === 2 ? (isLeapYear(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since the epoch, or undefined where there is no such date in the years 0001–9999. */
export function validDate(year: number, month: number, day: number): number | undefined {
	if (!(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return undefined;
	return daysFromCivil(year, month, day);
}

/** The same day `months` later; the last of the month where that is shorter. The result may lie outside 0001–9999. */
export function addMonths(days: number, months: number): number {
	const { year, month, day } = civilFromDays(days);
	const index = year * 12 + month - 1 + months;
	const newYear = Math.floor(index / 12);
	const newMonth = index - newYear * 12 + 1;
	return daysFromCivil(newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth)));
}

/** ISO: Monday is 1, Sunday 7. */
export function dayOfWeek(days: number): number {
	return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** 1–366 */
export function dayOfYear(days: number): number {
	return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
}

/** ISO 8601 week and the year it belongs to. */
export function isoWeek(days: number): { readonly year: number; readonly week: number } {
	const thursday = days + 4 - dayOfWeek(days);
	const { year } = civilFromDays(thursday);
	return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

/** The calendar day a moment falls on at an offset (minutes east of UTC). */
export function dayOf(ms: number, offsetMinutes = 0): number {
	return Math.floor((ms + offsetMinutes * 60_000) / MS_PER_DAY);
}

/** Milliseconds into its day of a moment at an offset. */
export function timeOfDay(ms: number, offsetMinutes = 0): number {
	const local = ms + offsetMinutes * 60_000;
	return local - Math.floor(local / MS_PER_DAY) * MS_PER_DAY;
}

export function isDate(days: number): boolean {
	return days >= MIN_DATE && days <= MAX_DATE;
}

export function isDatetime(ms: number): boolean {
	return ms >= MIN_DATETIME && ms < END_DATETIME;
}

/** Milliseconds plus microseconds (0–999) as one double; undefined where the double cannot keep them. */
export function withMicroseconds(ms: number, microseconds: number): number | undefined {
	if (microseconds === 0) return ms;
	return Math.abs(ms) < MICROSECOND_BOUND ? ms + microseconds / 1000 : undefined;
}

/** Microseconds (0–999) within the millisecond of a moment, and that millisecond. */
export function splitMicroseconds(ms: number): { readonly ms: number; readonly microseconds: number } {
	const whole = Math.floor(ms);
	const microseconds = Math.round((ms - whole) * 1000);
	return microseconds === 1000 ? { ms: whole + 1, microseconds: 0 } : { ms: whole, microseconds };
}
