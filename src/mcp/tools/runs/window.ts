import * as z from 'zod';
import { MOST_LABELS, runLabelSchema } from '../../../model/run.ts';

export const windowStart = z.string().max(40).optional().describe('Submitted then or later: ISO 8601 (UTC), or ago: 24h, 7d.');
export const windowEnd = z.string().max(40).optional().describe('Submitted before this.');

export const runLabels = z.array(runLabelSchema).min(1).max(MOST_LABELS).optional().describe('Only runs that have all of these labels.');
