import { AppError } from '../../lib/errors.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';

export interface TimeWindow {
	/** ISO 8601 date or time, without an offset it is UTC; or so long ago: `30m`, `24h`, `7d`. */
	readonly since?: string | undefined;
	readonly until?: string | undefined;
}

/** Milliseconds: from `since` up to but not including `until`; undefined where a side is open. */
export function windowOf({ since, until }: TimeWindow, now: number): { readonly since: number | undefined; readonly until: number | undefined } {
	const range = { since: instant('since', since, now), until: instant('until', until, now) };
	if (range.since !== undefined && range.until !== undefined && range.since >= range.until) {
		throw new AppError('invalid_input', `since (${since}) is not before until (${until})`, { hint: 'The window begins at since and ends before until.' });
	}
	return range;
}

const FORM = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** An assistant often does not know what time it is. */
const AGO = /^(\d{1,5})\s?([mhdw])$/;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

function instant(name: string, text: string | undefined, now: number): number | undefined {
	if (text === undefined) return undefined;
	const [, amount, unit = ''] = AGO.exec(text) ?? [];
	if (amount !== undefined) return now - Number(amount) * (UNITS[unit] ?? 0);
	const found = FORM.exec(text);
	const local = text.length > 10 && found?.[1] === undefined;
	const at = found === null ? Number.NaN : Date.parse(local ? `${text}Z` : text);
	if (!Number.isNaN(at)) return at;
	throw new AppError('invalid_input', `${name} is ${JSON.stringify(text.slice(0, 40))}`, {
		hint: `${name} is an ISO 8601 date or time such as 2026-01-31 or 2026-01-31T12:00:00Z, or so long ago: 30m, 24h, 7d.`,
	});
}
