import { AppError } from '../lib/errors.ts';

const LISTED_BY = {
	package: 'list_packages',
	run: 'list_runs',
	connection: 'list_connections',
	cluster: 'list_clusters',
	workspace: 'list_workspaces',
	schedule: 'list_schedules',
} as const;

/** The same words whether the id is another account's or nobody's, so that ids cannot be probed. */
export function notFound(noun: keyof typeof LISTED_BY, id: number): AppError {
	return new AppError('not_found', `${noun} ${id} not found in this account`, { hint: `${LISTED_BY[noun]} shows the ids there are.` });
}
