import type { SleepTask } from '../../../plan/workflow.ts';
import type { TaskRunner } from './task-work.ts';

/** Waits by the moment at which it began, so that a restart neither shortens nor lengthens it. */
export const sleep: TaskRunner<SleepTask> = {
	async step({ task, startedAt, ports }) {
		const until = startedAt + task.task.seconds * 1000;
		return ports.now() >= until ? { kind: 'done', result: null } : { kind: 'wait', until };
	},
};
