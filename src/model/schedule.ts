import * as z from 'zod';

export const intervalUnitSchema = z.enum(['minutes', 'hours', 'days', 'weeks', 'months']);
export type IntervalUnit = z.infer<typeof intervalUnitSchema>;

/** What a fire does while the run of the one before has not ended: nothing, wait for it (one fire at most), or run beside it. */
export const overlapSchema = z.enum(['skip', 'queue', 'allow']);
export type Overlap = z.infer<typeof overlapSchema>;

/** Where runs of a schedule run: on a new cluster each, on one that the schedule keeps for itself, or on the account's. */
export const clusterReuseSchema = z.enum(['none', 'self', 'any']);
export type ClusterReuse = z.infer<typeof clusterReuseSchema>;

/** When a schedule fires: a cron expression of five fields in UTC, or an interval counted from `startAt`. */
export interface ScheduleRule {
	readonly cron: string | null;
	readonly intervalAmount: number | null;
	readonly intervalUnit: IntervalUnit | null;
	/** No fire before it. */
	readonly startAt: number;
}
