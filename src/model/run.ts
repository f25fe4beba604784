import * as z from 'zod';

/** The statuses of a job, as users of the field know them. */
export const runStatusSchema = z.enum(['idle', 'pending', 'queued', 'running', 'completed', 'failed', 'pending_stoppage', 'stopping', 'stopped']);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** Statuses that never change again. */
export const ENDED: ReadonlySet<RunStatus> = new Set<RunStatus>(['completed', 'failed', 'stopped']);

export const variableValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type VariableValue = z.infer<typeof variableValueSchema>;

/** What a caller calls its run, to find it again: `nightly`, `customer=acme`. */
export const runLabelSchema = z
	.string()
	.min(1)
	.max(64)
	.regex(/^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u, { error: 'a label has 1 to 64 characters, none of them a control character, and no blank at its ends' });
export const MOST_LABELS = 10;

/** Which run of a cluster's queue goes first; among equals the one that came first. */
export const prioritySchema = z.enum(['high', 'normal', 'low']);
export type Priority = z.infer<typeof prioritySchema>;

const RANKS = { high: 1, normal: 0, low: -1 } as const satisfies Record<Priority, number>;

export function rankOf(priority: Priority): -1 | 0 | 1 {
	return RANKS[priority];
}

export function priorityOf(rank: -1 | 0 | 1): Priority {
	return prioritySchema.options.find((priority) => RANKS[priority] === rank) ?? 'normal';
}
