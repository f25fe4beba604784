import { redactDeep, redactor } from '../../lib/redact.ts';
import { REDACTED, secretsIn } from '../../lib/secret.ts';
import type { Principal } from '../../model/principal.ts';
import type { RunPreview } from '../../model/views/run.ts';
import type { Destination, Source } from '../../plan/endpoints.ts';
import type { BoundVariable } from '../../plan/fill.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Task, WorkflowPlan } from '../../plan/workflow.ts';
import { connectionsByIds } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';
import type { RunOrigin } from './order.ts';
import { type PreparedRun, prepareRun, type SubmitRunInput } from './prepare.ts';

/**
 * What `submitRun` would start, worked out the same way: version, cluster, the values of all variables, what would be read and
 * written, in whose rights. Nothing is written and nothing begins; values of secret variables are blanked wherever they stand.
 */
export async function tryRun(context: OperationContext, principal: Principal, input: SubmitRunInput, origin: RunOrigin = {}): Promise<RunPreview> {
	const prepared = await prepareRun(context, principal, input, origin);
	const { found, cluster } = prepared.circumstances;
	const { running, queued } = await context.clusters(cluster.id).load();
	const { variables } = prepared.first;
	const shown = redactor(variables.flatMap((variable) => (variable.secret && variable.value !== null ? secretsIn(String(variable.value)) : [])));
	return {
		dry_run: true,
		package_id: found.package.id,
		package_version: found.version.number,
		cluster_id: cluster.id,
		queued_behind: 'workflow' in prepared.first.work || running < cluster.nodes ? 0 : queued,
		would: {
			acts_as: principal.user.email,
			variables: Object.fromEntries(variables.map((variable) => [variable.name, shownValue(variable)])),
			...redactDeep(await workOf(context, principal.account.id, prepared, origin), shown),
		},
	};
}

function shownValue(variable: BoundVariable): BoundVariable['value'] {
	return variable.secret && variable.value !== null ? REDACTED : variable.value;
}

type Work = Pick<RunPreview['would'], 'reads' | 'writes' | 'tasks' | 'records'>;

async function workOf({ store }: OperationContext, accountId: number, { first }: PreparedRun, { retried }: RunOrigin): Promise<Work> {
	const rows = await connectionsByIds(
		store,
		accountId,
		first.connections.map(({ id }) => id),
	);
	const names = new Map(rows.map(({ id, name }) => [id, name]));
	if ('workflow' in first.work) return { tasks: tasksOf(first.work.workflow, Object.keys(retried?.finished?.(first.work.workflow) ?? {})) };
	const plan = retried?.slice?.(first.work.plan) ?? first.work.plan;
	return { ...endpointsOf(plan, names), ...(retried?.records === undefined ? {} : { records: retried.records.length }) };
}

function endpointsOf({ nodes }: Plan, names: ReadonlyMap<number, string>): Required<Pick<Work, 'reads' | 'writes'>> {
	const reads: string[] = [];
	const writes: string[] = [];
	for (const { component, operator } of nodes) {
		const told = (place: string, connection?: number) =>
			`${component.name}: ${place}${connection === undefined ? '' : ` on connection ${connection} (${names.get(connection) ?? 'unknown'})`}`;
		if (operator.kind === 'scan') reads.push(told(sourcePlace(operator.source), 'connection' in operator.source ? operator.source.connection : undefined));
		if (operator.kind === 'sink') {
			const { destination } = operator;
			writes.push(told(destinationPlace(destination), 'connection' in destination ? destination.connection : undefined));
		}
	}
	return { reads, writes };
}

function sourcePlace(source: Source): string {
	if (source.kind === 'files') return `file ${source.path}`;
	if (source.kind === 'table') return 'query' in source.from ? 'a query' : `table ${qualified(source.from)}`;
	return source.kind === 'http' ? `${source.request.method} ${source.request.path}` : 'the rows it is given';
}

function destinationPlace(destination: Destination): string {
	if (destination.kind === 'files') return `file ${destination.path.replace(/\/*$/, '/')}${destination.fileName}, if it exists: ${destination.ifExists}`;
	if (destination.kind === 'table') return `table ${qualified(destination)}, ${destination.operation}`;
	return destination.kind === 'http' ? `${destination.request.method} ${destination.request.path}` : 'rows in the result';
}

function qualified({ schema, table }: { readonly schema: string | null; readonly table: string }): string {
	return schema === null ? table : `${schema}.${table}`;
}

function tasksOf({ tasks }: WorkflowPlan, finished: readonly string[]): string[] {
	return tasks.map(({ id, component, task }) => `${component.name}: ${finished.includes(id) ? 'done already, not repeated' : taskWords(task)}`);
}

function taskWords(task: Task): string {
	switch (task.kind) {
		case 'run_package':
			return `runs package ${task.packageId}${task.wait ? '' : ' without waiting for it'}`;
		case 'execute_sql':
			return `SQL on connection ${task.connection}`;
		case 'move_file':
			return `${task.mode} ${task.from.path} (connection ${task.from.connection}) to ${task.to.path} (connection ${task.to.connection})`;
		case 'http_call':
			return `${task.method} ${task.path} on connection ${task.connection}`;
		case 'sleep':
			return `waits ${task.seconds} s`;
	}
}
