import { raw, type Sql } from './fragment.ts';

/**
 * SQLite keeps datetimes as text in whatever ISO 8601 spelling they were written. To compare them as moments they are read here
 * as microseconds since 1970, a 64-bit integer: date, `T` or blank, seconds or none, fraction behind a point or comma, and no
 * zone, Z, UTC, +02, +0200 or +02:00: every spelling that is read as a datetime (data/datetime.ts).
 */
export function microseconds(cell: string): Sql {
	const text = `trim(${cell})`;
	// Where the clock ends: 10 for a date alone, 16 without seconds, 19 with them.
	const clockEnd = `(CASE WHEN length(${text}) = 10 THEN 10 WHEN substr(${text}, 17, 1) = ':' THEN 19 ELSE 16 END)`;
	const rest = `ltrim(substr(${text}, ${clockEnd} + 1))`;
	const hasFraction = `substr(${rest}, 1, 1) IN ('.', ',')`;
	const behindPoint = `substr(${rest}, 2)`;
	const zone = `ltrim(CASE WHEN ${hasFraction} THEN ltrim(${behindPoint}, '0123456789') ELSE ${rest} END)`;
	const signedZone = `(CASE WHEN ${zone} IN ('', 'Z', 'z', 'UTC') THEN '' WHEN length(${zone}) = 3 THEN ${zone} || ':00' WHEN length(${zone}) = 5 THEN substr(${zone}, 1, 3) || ':' || substr(${zone}, 4) ELSE ${zone} END)`;
	const digits = `(CASE WHEN ${hasFraction} THEN substr(${behindPoint}, 1, length(${behindPoint}) - length(ltrim(${behindPoint}, '0123456789'))) ELSE '' END)`;
	const seconds = `CAST(strftime('%s', substr(${text}, 1, ${clockEnd}) || ${signedZone}) AS INTEGER)`;
	const any = `${seconds} * 1000000 + CAST(substr(${digits} || '000000', 1, 6) AS INTEGER)`;
	// The spelling that SQLite itself and this gateway write, whole seconds: one call instead of forty.
	return raw(`(CASE WHEN length(${cell}) = 19 AND substr(${cell}, 17, 1) = ':' THEN CAST(strftime('%s', ${cell}) AS INTEGER) * 1000000 ELSE ${any} END)`);
}
