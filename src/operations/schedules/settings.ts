import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import type { VariableValue } from '../../model/run.ts';
import type { ClusterReuse, IntervalUnit, Overlap } from '../../model/schedule.ts';
import { clusterFor } from '../../store/clusters.ts';
import type { ScheduleRow } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { checkCron, nextFire } from './rule.ts';

/** What a person says of a schedule. Left out: its default when it is made, as it is when it is changed. */
export interface ScheduleSettings {
	readonly name?: string | undefined;
	readonly description?: string | undefined;
	/** Instead of an interval. */
	readonly cron?: string | undefined;
	readonly interval_amount?: number | undefined;
	readonly interval_unit?: IntervalUnit | undefined;
	/** ISO 8601 with a zone. */
	readonly start_at?: string | undefined;
	readonly enabled?: boolean | undefined;
	readonly variables?: Readonly<Record<string, VariableValue>> | undefined;
	readonly dynamic_variables?: Readonly<Record<string, string>> | undefined;
	readonly overlap?: Overlap | undefined;
	readonly auto_retry?: boolean | undefined;
	readonly auto_retry_attempts?: number | undefined;
	readonly cluster_id?: number | undefined;
	readonly cluster_reuse?: ClusterReuse | undefined;
}

type Settled = Pick<
	ScheduleRow,
	| 'name'
	| 'description'
	| 'cron'
	| 'intervalAmount'
	| 'intervalUnit'
	| 'startAt'
	| 'enabled'
	| 'overlap'
	| 'autoRetry'
	| 'autoRetryAttempts'
	| 'clusterId'
	| 'clusterReuse'
	| 'nextRunAt'
	| 'dynamicVariables'
>;

/** What holds where nobody says otherwise. */
const DEFAULTS = {
	description: '',
	enabled: true,
	overlap: 'skip',
	autoRetry: false,
	autoRetryAttempts: 1,
	clusterId: null,
	clusterReuse: 'any',
	dynamicVariables: {},
} as const;

/** The settings of a schedule once these are applied to what it was (null: it is new); the variables apart, for they are sealed. */
export async function settle({ store, clock }: OperationContext, accountId: number, given: ScheduleSettings, before: ScheduleRow | null): Promise<Settled> {
	const now = clock();
	const base = before ?? { ...DEFAULTS, name: '', startAt: now };
	if (given.cluster_id !== undefined && (await clusterFor(store, accountId, given.cluster_id)) === null) throw notFound('cluster', given.cluster_id);
	const name = given.name?.trim() ?? base.name;
	if (name === '') throw new AppError('invalid_input', 'name is empty', { hint: 'A schedule has a name of 1 to 200 characters.' });
	const timing = timingOf(given, before, now);
	const enabled = given.enabled ?? base.enabled;
	// A fire that is due at this moment is not lost by a change that has nothing to do with when.
	const kept = before?.enabled === true && timing === null ? before.nextRunAt : null;
	const rule = timing ?? timingBefore(before);
	const nextRunAt = enabled ? (kept ?? firstFire(rule, now)) : null;
	return {
		...rule,
		name,
		description: given.description ?? base.description,
		enabled,
		overlap: given.overlap ?? base.overlap,
		autoRetry: given.auto_retry ?? (given.auto_retry_attempts === undefined ? base.autoRetry : true),
		autoRetryAttempts: given.auto_retry_attempts ?? base.autoRetryAttempts,
		clusterId: given.cluster_id ?? base.clusterId,
		clusterReuse: given.cluster_reuse ?? base.clusterReuse,
		nextRunAt,
		dynamicVariables: { ...(given.dynamic_variables ?? base.dynamicVariables) },
	};
}

type Timing = Pick<ScheduleRow, 'cron' | 'intervalAmount' | 'intervalUnit' | 'startAt'>;

function timingBefore(before: ScheduleRow | null): Timing {
	if (before === null) throw notTimed();
	const { cron, intervalAmount, intervalUnit, startAt } = before;
	return { cron, intervalAmount, intervalUnit, startAt };
}

/** The new rule; null where nothing is said of when. */
function timingOf(given: ScheduleSettings, before: ScheduleRow | null, now: number): Timing | null {
	const { cron, interval_amount: amount, interval_unit: unit } = given;
	if (cron !== undefined && (amount !== undefined || unit !== undefined)) {
		throw new AppError('invalid_input', 'both cron and an interval were given', { hint: 'Give cron, or interval_amount with interval_unit.' });
	}
	const startAt = given.start_at === undefined ? (before?.startAt ?? now) : momentOf(given.start_at);
	if (cron !== undefined) {
		checkCron(cron, now);
		return { cron: cron.trim(), intervalAmount: null, intervalUnit: null, startAt };
	}
	if (amount !== undefined || unit !== undefined) {
		const [intervalAmount, intervalUnit] = [amount ?? before?.intervalAmount ?? null, unit ?? before?.intervalUnit ?? null];
		if (intervalAmount === null || intervalUnit === null) throw notTimed();
		checkInterval(intervalAmount, intervalUnit);
		return { cron: null, intervalAmount, intervalUnit, startAt };
	}
	return given.start_at === undefined ? null : { ...timingBefore(before), startAt };
}

/** Ten years: what is longer fires in nobody's time. */
const MOST_INTERVAL = { minutes: 5_256_000, hours: 87_600, days: 3650, weeks: 520, months: 120 } as const satisfies Record<IntervalUnit, number>;

function checkInterval(amount: number, unit: IntervalUnit): void {
	const most = MOST_INTERVAL[unit];
	if (Number.isInteger(amount) && amount >= 1 && amount <= most) return;
	throw new AppError('invalid_input', `interval_amount is ${amount}: a schedule fires every 1 to ${most} ${unit}, which are ten years`, {
		hint: 'Give a smaller interval_amount, or cron for fixed days of the year.',
	});
}

function firstFire(rule: Timing, now: number): number {
	const at = nextFire(rule, now);
	if (at !== null) return at;
	throw new AppError('invalid_input', `a schedule from ${iso(rule.startAt)} would never fire`, {
		hint: 'Give an earlier start_at, or another cron expression.',
	});
}

function momentOf(text: string): number {
	const at = Date.parse(text);
	if (Number.isFinite(at) && /(?:Z|[+-]\d\d:?\d\d)$/i.test(text)) {
		if (isDay(text)) return at;
		throw new AppError('invalid_input', `start_at ${JSON.stringify(text.slice(0, 60))} is on a day that there is not`, {
			hint: 'Write a day of the calendar, such as 2027-01-31T06:00:00Z.',
		});
	}
	throw new AppError('invalid_input', `start_at ${JSON.stringify(text.slice(0, 60))} is not a moment with a zone`, {
		hint: 'Write it as 2027-01-31T06:00:00Z.',
	});
}

/** Whether the day is in the calendar: `Date.parse` takes 30 February for 2 March. */
function isDay(text: string): boolean {
	const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
	return day === undefined || new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}

function notTimed(): AppError {
	return new AppError('invalid_input', 'it is not said when the schedule fires', {
		hint: 'Give cron (five fields in UTC, such as "0 6 * * *"), or interval_amount with interval_unit (minutes, hours, days, weeks, months).',
	});
}
