import * as z from 'zod';
import { MOST_LABELS, runLabelSchema } from '../../../model/run.ts';

export const windowStart = z.string().max(40).optional().describe('ISO 8601 date or time (UTC): submitted then or later.');
export const windowEnd = z.string().max(40).optional().describe('Submitted before this.');

export const runLabels = z.array(runLabelSchema).min(1).max(MOST_LABELS).optional().describe('Only runs that have all of these labels.');
