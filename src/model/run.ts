import { z } from 'zod';

/** The statuses of a job, as users of the field know them. */
export const runStatusSchema = z.enum(['idle', 'pending', 'queued', 'running', 'completed', 'failed', 'pending_stoppage', 'stopping', 'stopped']);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** Statuses that never change again. */
export const ENDED: ReadonlySet<RunStatus> = new Set<RunStatus>(['completed', 'failed', 'stopped']);

export const variableValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type VariableValue = z.infer<typeof variableValueSchema>;
