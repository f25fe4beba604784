import * as z from 'zod';
import { defineTask } from '../component.ts';

const config = z.strictObject({ seconds: z.number().min(0).max(86_400).describe('How long to wait, at most a day.') });

export const sleep = defineTask({
	key: 'sleep_component',
	category: 'task',
	name: 'Sleep',
	summary: 'Waits before the next task.',
	docs: 'Costs nothing while it waits, and ends at its time whatever is restarted meanwhile.',
	config,
	lower: (config) => ({ kind: 'sleep', seconds: config.seconds }),
	examples: [{ title: 'A minute', config: { seconds: 60 } }],
});
