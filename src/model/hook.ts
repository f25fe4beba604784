import * as z from 'zod';

export const hookKindSchema = z.enum(['web', 'email', 'slack', 'pagerduty']);
export type HookKind = z.infer<typeof hookKindSchema>;

export const hookEventSchema = z.enum([
	'run.submitted',
	'run.started',
	'run.completed',
	'run.failed',
	'run.stopped',
	'cluster.requested',
	'cluster.available',
	'cluster.idled',
	'cluster.terminated',
	'cluster.error',
]);
export type HookEvent = z.infer<typeof hookEventSchema>;

/** What happened, as every hook is told it. */
export interface HookMessage {
	/** The same for every attempt and every telling of the same thing. */
	readonly id: string;
	readonly type: HookEvent | 'test';
	/** ISO 8601. */
	readonly timestamp: string;
	/** `run:5`, `cluster:2`. */
	readonly subject: string;
	/** One line for people. */
	readonly summary: string;
	readonly data: Readonly<Record<string, string | number | null>>;
}
