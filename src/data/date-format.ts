import { civilFromDays, dayOfWeek, isDatetime, MS_PER_DAY, splitMicroseconds, validDate, withMicroseconds } from './calendar.ts';
import { compilePattern, type PatternPart } from './date-pattern.ts';
import { DAYS, MONTHS, PatternReader } from './date-reader.ts';
import { formatOffset } from './datetime.ts';

/** Dates spelled otherwise than ISO 8601, by patterns of the letters that Java and Excel users know. */
export interface DateFormat {
	/** Undefined where the text does not match wholly or is no date. Without a zone it is UTC. */
	parse(text: string): FormattedDate | undefined;
	format(ms: number, offsetMinutes?: number): string;
}

export interface FormattedDate {
	/** Calendar day as written, days since the epoch. */
	readonly day: number;
	/** The moment, milliseconds since the epoch. */
	readonly ms: number;
	/** Minutes east of UTC. */
	readonly offset: number;
}

const MOST_KEPT = 100;
const compiled = new Map<string, DateFormat>();

/**
 * Compiles a pattern: `yyyy yy` year, `MM M MMM MMMM` month, `dd d` day, `EEE EEEE` weekday, `HH H` hour 0–23, `hh h` hour 1–12
 * with `a` AM/PM, `mm m` minute, `ss s` second, `S`… fraction digits, `X` or `Z` offset, `'text'` and other signs themselves;
 * or the words `epoch_seconds`, `epoch_milliseconds`. Throws `AppError` naming the first letter that means nothing.
 */
export function dateFormat(pattern: string): DateFormat {
	let format = compiled.get(pattern);
	if (format === undefined) {
		format = pattern === 'epoch_seconds' ? epoch(1000) : pattern === 'epoch_milliseconds' ? epoch(1) : new PatternFormat(compilePattern(pattern));
		if (compiled.size >= MOST_KEPT) compiled.clear();
		compiled.set(pattern, format);
	}
	return format;
}

function epoch(unit: number): DateFormat {
	return {
		parse(text) {
			if (!/^-?\d{1,15}(?:\.\d{1,6})?$/.test(text)) return undefined;
			// Rounded to the microsecond, which the product with 1000 may miss by a last bit.
			const ms = Math.round(Number(text) * unit * 1000) / 1000;
			return isDatetime(ms) ? { day: Math.floor(ms / MS_PER_DAY), ms, offset: 0 } : undefined;
		},
		format: (ms) => String(ms / unit),
	};
}

class PatternFormat implements DateFormat {
	readonly #parts: readonly PatternPart[];

	constructor(parts: readonly PatternPart[]) {
		this.#parts = parts;
	}

	parse(text: string): FormattedDate | undefined {
		const reader = new PatternReader(text);
		for (const part of this.#parts) if (!reader.take(part)) return undefined;
		if (!reader.atEnd()) return undefined;
		const hour = reader.hourOfDay();
		const day = validDate(reader.year, reader.month, reader.day);
		if (day === undefined || hour === undefined || reader.minute > 59 || reader.second > 59) return undefined;
		const seconds = hour * 3600 + (reader.minute - reader.offset) * 60 + reader.second;
		const ms = withMicroseconds(day * MS_PER_DAY + seconds * 1000 + Math.floor(reader.microseconds / 1000), reader.microseconds % 1000);
		return ms === undefined || !isDatetime(ms) ? undefined : { day, ms, offset: reader.offset };
	}

	format(moment: number, offsetMinutes = 0): string {
		const { ms, microseconds } = splitMicroseconds(moment);
		const local = ms + offsetMinutes * 60_000;
		const day = Math.floor(local / MS_PER_DAY);
		const time = local - day * MS_PER_DAY;
		return this.#parts.map((part) => written(part, day, time, microseconds, offsetMinutes)).join('');
	}
}

function written({ letter, width, text }: PatternPart, day: number, time: number, microseconds: number, offsetMinutes: number): string {
	const hour = Math.floor(time / 3_600_000);
	const date = civilFromDays(day);
	switch (letter) {
		case 'y':
			return width === 2 ? pad(date.year % 100, 2) : pad(date.year, 4);
		case 'M':
			if (width <= 2) return pad(date.month, width);
			return named(MONTHS[date.month - 1], width);
		case 'd':
			return pad(date.day, width);
		case 'E':
			return named(DAYS[dayOfWeek(day) - 1], width);
		case 'H':
			return pad(hour, width);
		case 'h':
			return pad(hour % 12 === 0 ? 12 : hour % 12, width);
		case 'a':
			return hour < 12 ? 'AM' : 'PM';
		case 'm':
			return pad(Math.floor(time / 60_000) % 60, width);
		case 's':
			return pad(Math.floor(time / 1000) % 60, width);
		case 'S':
			return (pad(time % 1000, 3) + pad(microseconds, 3)).padEnd(width, '0').slice(0, width);
		case 'X':
			return formatOffset(offsetMinutes);
		case 'Z':
			return offsetMinutes === 0 ? '+0000' : formatOffset(offsetMinutes).replace(':', '');
		case null:
			return text;
	}
}

function named(name: string | undefined, width: number): string {
	return width <= 3 ? (name ?? '').slice(0, 3) : (name ?? '');
}

function pad(number: number, width: number): string {
	return String(number).padStart(width, '0');
}
