import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AppError } from '../../lib/errors.ts';

/** Put into the runtime's environment: by this a process is known to be the runtime of one state folder, whatever its number. */
export const STATE_MARK = 'HEADGATE_RUNTIME_OF';

/** Where the launcher writes the runtime's process number before it becomes the runtime. */
export const runtimePidFile = (state: string) => join(state, 'workerd.pid');

/** The runtime's process number as the launcher noted it; null where there was no launcher. */
export async function runtimePid(state: string): Promise<number | null> {
	const text = await readFile(runtimePidFile(state), 'utf8').catch(() => '');
	const pid = Number(text.trim());
	return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
}

/** Ends the runtime that a gateway killed with -9 left on this folder. Only the process that the folder names, and only if it says itself that it is ours. */
export async function endLeftover(state: string): Promise<void> {
	const pid = await runtimePid(state);
	if (pid !== null && (await isRuntimeOf(pid, state))) await end(pid, state);
	await rm(runtimePidFile(state), { force: true });
}

/** True while that process runs the Workers runtime for this folder. */
export async function isRuntimeOf(pid: number, state: string): Promise<boolean> {
	const mark = `${STATE_MARK}=${state}`;
	if (process.platform === 'linux') {
		const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
		return environment.split('\0').includes(mark);
	}
	// `ps eww` appends the environment to the command of the caller's own processes.
	const listed = await promisify(execFile)('ps', ['eww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
	return ` ${listed.stdout.trim()} `.includes(` ${mark} `);
}

async function end(pid: number, state: string): Promise<void> {
	process.kill(pid, 'SIGKILL');
	for (let waited = 0; waited < 5000; waited += 20) {
		if (!(await isRuntimeOf(pid, state))) return;
		await pause(20);
	}
	throw new AppError('unavailable', `The runtime ${pid} that an earlier gateway left on ${state} does not end.`, {
		hint: `End process ${pid} by hand, then start again.`,
	});
}
