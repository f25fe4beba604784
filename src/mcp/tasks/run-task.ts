import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import type { Exchange } from '../exchange.ts';

/** A run as a task: everything is in its id, sealed for the grant that began it. There is nothing else to keep, for the run is the task. */
export interface RunTask {
	readonly runId: number;
	/** The tool that began it. */
	readonly tool: string;
	readonly createdAt: number;
}

export async function runTaskId(
	{ operations, principal }: Exchange,
	run: Omit<RunTask, 'createdAt'>,
): Promise<{ readonly id: string; readonly createdAt: number }> {
	const task: RunTask = { ...run, createdAt: operations.clock() };
	return { id: await operations.sealer.seal(purpose(principal), JSON.stringify(task)), createdAt: task.createdAt };
}

/** Null for anything that was not sealed for this grant. */
export async function openRunTask({ operations, principal }: Exchange, id: string): Promise<RunTask | null> {
	try {
		return JSON.parse((await operations.sealer.open(purpose(principal), id)).reveal()) as RunTask;
	} catch (error) {
		if (error instanceof AppError) return null;
		throw error;
	}
}

function purpose({ account, grant }: Principal) {
	return { kind: 'task', accountId: account.id, grantId: grant.id } as const;
}
