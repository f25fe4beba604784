import type { DataType } from '../data/types.ts';

/** A variable that every run has. `sample` stands for it while a package is only checked; null where a first run has none. */
export interface PredefinedVariable {
	readonly name: string;
	readonly type: DataType;
	readonly description: string;
	readonly sample: string | number | null;
}

const id = (name: string, description: string): PredefinedVariable => ({ name, type: { kind: 'long' }, description, sample: 1 });
const moment = (name: string, description: string, sample: string | null): PredefinedVariable => ({ name, type: { kind: 'datetime' }, description, sample });
const email = (name: string, description: string): PredefinedVariable => ({ name, type: { kind: 'string' }, description, sample: 'someone@example.com' });

export const PREDEFINED: readonly PredefinedVariable[] = [
	id('_ACCOUNT_ID', 'The account.'),
	id('_WORKSPACE_ID', 'The workspace of the package.'),
	id('_PACKAGE_ID', 'The package.'),
	id('_PACKAGE_VERSION', 'The version of the package that runs.'),
	id('_RUN_ID', 'The run.'),
	id('_JOB_ID', 'The run: another name of _RUN_ID.'),
	id('_USER_ID', 'Whoever submitted the run.'),
	email('_USER_EMAIL', 'Whoever submitted the run.'),
	email('_JOB_SUBMITTER_EMAIL', 'Whoever submitted the run: another name of _USER_EMAIL.'),
	email('_PACKAGE_OWNER_EMAIL', 'The owner of the package.'),
	id('_CLUSTER_ID', 'The cluster of the run.'),
	{ name: '_CLUSTER_NODES_COUNT', type: { kind: 'integer' }, description: 'Nodes of the cluster.', sample: 1 },
	moment('_JOB_SUBMISSION_TIMESTAMP', 'When the run was submitted.', '2024-01-31T12:30:00Z'),
	{
		...id('_PACKAGE_LAST_SUCCESSFUL_JOB_ID', 'The last run of the package that completed, retries of failed records aside; null before the first.'),
		sample: null,
	},
	moment(
		'_PACKAGE_LAST_SUCCESSFUL_JOB_SUBMISSION_TIMESTAMP',
		'When that run was submitted, or the first of which it took over finished tasks; null before the first.',
		null,
	),
];

/** Exist in tasks that are reached over an edge of condition `failure` or `completion`; null where nothing failed. */
export const FAILURE_VARIABLES: readonly PredefinedVariable[] = [
	{ name: '_FAILED_TASK', type: { kind: 'string' }, description: 'Name of the task that failed.', sample: 'task' },
	{ name: '_FAILED_PACKAGE', type: { kind: 'string' }, description: 'Name of the package whose run failed.', sample: 'package' },
	{ name: '_FAILED_ERROR', type: { kind: 'string' }, description: 'What it said.', sample: 'error' },
];

/** Exists in every task of a workflow. */
export const TASK_KEY: PredefinedVariable = {
	name: '_TASK_KEY',
	type: { kind: 'string' },
	description: 'Names this task of this run: the same whenever it is repeated, so that a statement or an API can tell that it did it already.',
	sample: 'task-key',
};

/** Values of predefined variables as operations know them: ids as numbers, moments as ISO 8601 text; a missing one is null. */
export type PredefinedValues = Readonly<Record<string, string | number | null>>;
