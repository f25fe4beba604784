import { z } from 'zod';

export const windowStart = z.string().max(40).optional().describe('ISO 8601 date or time (UTC): submitted then or later.');
export const windowEnd = z.string().max(40).optional().describe('Submitted before this.');
