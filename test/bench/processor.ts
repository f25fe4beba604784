import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of a process, user and system, in milliseconds to the nanosecond: of the threads that still live. */
export function threadsMs(pid: number): number {
	const threads = readdirSync(`/proc/${pid}/task`);
	return threads.reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);
}
