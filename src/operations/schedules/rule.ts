import { Cron } from 'croner';
import { AppError } from '../../lib/errors.ts';
import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import type { IntervalUnit, ScheduleRule } from '../../model/schedule.ts';

const FIXED: Readonly<Record<Exclude<IntervalUnit, 'months'>, number>> = { minutes: MINUTE, hours: HOUR, days: DAY, weeks: 7 * DAY };
/** The last moment that a JavaScript date can name. */
const END_OF_TIME = 8.64e15;

/** The first fire after `after`; null where there is none. Whatever was missed before it is not listed: a schedule catches up once. */
export function nextFire(rule: ScheduleRule, after: number): number | null {
	if (rule.cron !== null) return nextOfCron(rule.cron, Math.max(after, rule.startAt - 1));
	const { intervalAmount: amount, intervalUnit: unit, startAt } = rule;
	if (amount === null || unit === null) throw new Error('a schedule has neither a cron expression nor an interval');
	if (startAt > after) return startAt;
	if (unit === 'months') return nextOfMonths(startAt, amount, after);
	const step = amount * FIXED[unit];
	return bounded(startAt + (Math.floor((after - startAt) / step) + 1) * step);
}

/** The next `count` fires after `after`. */
export function nextFires(rule: ScheduleRule, after: number, count: number): number[] {
	const fires: number[] = [];
	for (let at = nextFire(rule, after); at !== null && fires.length < count; at = nextFire(rule, at)) fires.push(at);
	return fires;
}

/** When a schedule fires, in a few words. */
export function whenText({ cron, intervalAmount, intervalUnit }: Omit<ScheduleRule, 'startAt'>): string {
	return cron === null ? `every ${intervalAmount} ${intervalUnit}` : `${cron} UTC`;
}

/** Refuses what is no cron expression of five fields, and one that never fires. */
export function checkCron(expression: string, now: number): void {
	const fields = 'Five fields in UTC: minute hour day-of-month month day-of-week, such as "0 6 * * MON-FRI" or "*/15 * * * *".';
	let next: number | null;
	try {
		next = nextOfCron(expression, now);
	} catch (error) {
		const why = error instanceof Error ? cronFault(expression, error.message.replace(/^CronPattern: /, '')) : 'it cannot be read';
		throw new AppError('invalid_input', `cron ${JSON.stringify(expression)} is not valid: ${why}`, { hint: fields });
	}
	if (next === null) throw new AppError('invalid_input', `cron ${JSON.stringify(expression)} never fires: there is no such date`, { hint: fields });
}

const CRON_RANGES: Readonly<Record<string, string>> = {
	minute: 'minute must be 0 to 59',
	hour: 'hour must be 0 to 23',
	day: 'day-of-month must be 1 to 31',
	month: 'month must be 1 to 12, or JAN to DEC',
	dayOfWeek: 'day-of-week must be 0 to 7, or SUN to SAT',
};

/** The library numbers days and months from 0 where people begin with 1: its number would not be the one that was written. */
function cronFault(expression: string, message: string): string {
	const fields = expression.split(/\s+/).filter((part) => part !== '');
	if (fields.length !== 5 && fields[0]?.startsWith('@') !== true) return `it has ${fields.length} fields`;
	const [, backwards] = /^From value is larger than to value: '(.*)'$/.exec(message) ?? [];
	if (backwards !== undefined) return `the range ${backwards} runs backwards: write it as two, as 22-2 is 22-23,0-2`;
	const [, field] = /^Invalid value for (\w+):/.exec(message) ?? [];
	return (field === undefined ? undefined : CRON_RANGES[field]) ?? message.replace(/^Syntax error, /, '');
}

function nextOfCron(expression: string, after: number): number | null {
	const next = new Cron(expression, { timezone: 'UTC', mode: '5-part' }).nextRun(new Date(after));
	return next === null || next === undefined ? null : next.getTime();
}

/** Counted from the start each time, so that a month with fewer days does not pull the later ones forward. */
function nextOfMonths(startAt: number, amount: number, after: number): number | null {
	const start = new Date(startAt);
	const now = new Date(after);
	const passed = (now.getUTCFullYear() - start.getUTCFullYear()) * 12 + now.getUTCMonth() - start.getUTCMonth();
	for (let steps = Math.max(0, Math.floor(passed / amount)); ; steps++) {
		const at = monthsLater(start, steps * amount);
		if (!(at <= after)) return bounded(at);
	}
}

function monthsLater(start: Date, months: number): number {
	const days = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months + 1, 0)).getUTCDate();
	const month = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, Math.min(start.getUTCDate(), days));
	return month + (start.getTime() - Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()));
}

function bounded(at: number): number | null {
	return at <= END_OF_TIME ? at : null;
}
