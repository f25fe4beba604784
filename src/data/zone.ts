import { daysFromCivil, MS_PER_DAY } from './calendar.ts';
import { parseOffset } from './datetime.ts';

/** Time zones by IANA name through Intl, or fixed ones (`UTC`, `Z`, `+02:00`). */

/** Building a formatter costs about 30 µs; a run uses few zones, an attacker's texts could name 600. */
const MOST_ZONES = 100;
const formatters = new Map<string, Intl.DateTimeFormat | null>();

/** Offsets change at most at quarter hours; caching by that keeps Intl (about 1 µs a call) off most rows. */
const QUARTER = 900_000;

function formatter(zone: string): Intl.DateTimeFormat | null {
	const known = formatters.get(zone);
	if (known !== undefined) return known;
	let made: Intl.DateTimeFormat | null = null;
	try {
		made = new Intl.DateTimeFormat('en-US', {
			timeZone: zone,
			hourCycle: 'h23',
			era: 'short',
			year: 'numeric',
			month: 'numeric',
			day: 'numeric',
			hour: 'numeric',
			minute: 'numeric',
			second: 'numeric',
		});
	} catch {
		// Intl throws a RangeError for a zone it does not know; that is the answer.
	}
	if (formatters.size >= MOST_ZONES) formatters.clear();
	formatters.set(zone, made);
	return made;
}

const FIXED = /^(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$/;

export function isZone(zone: string): boolean {
	return FIXED.test(zone) ? parseOffset(zone) !== undefined : formatter(zone) !== null;
}

let lastZone = '';
let lastQuarter = Number.NaN;
let lastOffset = 0;

/** Minutes east of UTC in a zone at a moment, to the whole minute; undefined for an unknown zone. */
export function zoneOffset(zone: string, ms: number): number | undefined {
	if (FIXED.test(zone)) return parseOffset(zone);
	const quarter = Math.floor(ms / QUARTER);
	if (zone === lastZone && quarter === lastQuarter) return lastOffset;
	const format = formatter(zone);
	if (format === null) return undefined;
	const parts: Record<string, string> = {};
	for (const { type, value } of format.formatToParts(quarter * QUARTER)) parts[type] = value;
	const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year']);
	const days = daysFromCivil(year, Number(parts['month']), Number(parts['day']));
	const local = days * MS_PER_DAY + Number(parts['hour']) * 3_600_000 + Number(parts['minute']) * 60_000 + Number(parts['second']) * 1000;
	lastZone = zone;
	lastQuarter = quarter;
	lastOffset = Math.trunc((local - quarter * QUARTER) / 60_000);
	return lastOffset;
}

/**
 * The moment a wall clock of a zone shows `local` (milliseconds as if it were UTC). Shown twice (clocks set back): the first;
 * never shown (set forward): as much later as the gap is long. Undefined for an unknown zone.
 */
export function momentInZone(zone: string, local: number): number | undefined {
	const before = zoneOffset(zone, local - MS_PER_DAY);
	const after = zoneOffset(zone, local + MS_PER_DAY);
	if (before === undefined || after === undefined) return undefined;
	const early = local - before * 60_000;
	if (before === after || zoneOffset(zone, early) === before) return early;
	const late = local - after * 60_000;
	return zoneOffset(zone, late) === after ? late : early;
}
