import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { Edge, Settings, VariableDefinition, WrappedComponent } from '../../../src/model/package.ts';
import type { Principal } from '../../../src/model/principal.ts';
import type { RunDetail } from '../../../src/model/views/run.ts';
import { createPackage } from '../../../src/operations/packages/create.ts';
import { getRun } from '../../../src/operations/runs/get.ts';
import { submitRun } from '../../../src/operations/runs/submit.ts';
import { anOwner, type World, world } from '../operations/world.ts';
import { WAIT } from './world.ts';

export interface Studio extends World {
	readonly principal: Principal;
	readonly files: number;
	readonly tables: number;
	workflow(name: string, components: readonly WrappedComponent[], edges?: readonly Edge[], more?: More): Promise<number>;
	dataflow(name: string, components: readonly WrappedComponent[], edges: readonly Edge[], more?: More): Promise<number>;
	start(packageId: number, variables?: Readonly<Record<string, string | number | boolean | null>>): Promise<number>;
	/** The run once it has ended. */
	ended(runId: number): Promise<RunDetail>;
	run(runId: number): Promise<RunDetail>;
}

interface More {
	readonly variables?: Readonly<Record<string, VariableDefinition>>;
	readonly settings?: Settings;
}

/** An account in which packages are made and run with real objects; its clock is the real one, because alarms are. */
export async function aStudio(): Promise<Studio> {
	const real = world();
	const context = { ...real.context, clock: Date.now };
	const { principal } = await anOwner(context, 'acme');
	const connection = async (type: string) => (await env.DB.prepare('SELECT id FROM connections WHERE type = ?').bind(type).first<{ id: number }>())?.id ?? 0;
	const create = async (flow_type: 'dataflow' | 'workflow', name: string, components: readonly WrappedComponent[], edges: readonly Edge[], more: More) =>
		(await createPackage(context, principal, { name, flow_type, components, edges, ...more })).package_id;
	const run = (run_id: number) => getRun(context, principal, { run_id, log_tail_lines: 200 });
	return {
		...real,
		context,
		principal,
		files: await connection('r2'),
		tables: await connection('sqlite'),
		workflow: (name, components, edges = [], more = {}) => create('workflow', name, components, edges, more),
		dataflow: (name, components, edges, more = {}) => create('dataflow', name, components, edges, more),
		start: async (package_id, variables) => (await submitRun(context, principal, { package_id, variables })).run_id,
		run,
		ended: (runId) =>
			vi.waitUntil(async () => {
				const seen = await run(runId);
				const archived = await env.DB.prepare('SELECT log_key FROM runs WHERE id = ?').bind(runId).first<{ log_key: string | null }>();
				return archived?.log_key == null ? false : seen;
			}, WAIT),
	};
}

/** Rows of a query against the account's embedded database. */
export async function rowsOf({ context, principal }: Studio, sql: string): Promise<unknown[]> {
	const answer = await context.connectorEnv.database(principal.account.id).query({ sql, bindings: [] }, { maxRows: 1000, maxBytes: 1_000_000, readOnly: true });
	if (!answer.ok) throw new Error(answer.message);
	return JSON.parse(answer.value.packed) as unknown[];
}

export const sql = (id: string, connection_id: number, query: string, more = {}): WrappedComponent => ({
	execute_sql_component: { id, name: id, connection_id, query, ...more },
});
export const child = (id: string, package_id: number, more = {}): WrappedComponent => ({ run_package_component: { id, name: id, package_id, ...more } });
export const nap = (id: string, seconds: number): WrappedComponent => ({ sleep_component: { id, name: id, seconds } });

/** A dataflow whose rows a variable chooses: an account file read into the result. */
export async function echoing(studio: Studio, name: string, text = 'id,name\n1,one\n2,two\n'): Promise<number> {
	await env.FILES.put(`accounts/${studio.principal.account.id}/files/${name}.csv`, text);
	return studio.dataflow(
		name,
		[
			{
				cloud_storage_source_component: {
					id: 'in',
					name: 'in',
					connection_id: studio.files,
					path: `${name}.csv`,
					fields: [{ name: 'id', type: 'integer' }, { name: 'name' }],
				},
			},
			{ filter_component: { id: 'some', name: 'some', expression: 'id >= $from' } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		[
			{ source: 'in', target: 'some' },
			{ source: 'some', target: 'out' },
		],
		{ variables: { from: 0 } },
	);
}

/** A dataflow that fails at its first row. */
export async function failing(studio: Studio, name: string): Promise<number> {
	await env.FILES.put(`accounts/${studio.principal.account.id}/files/${name}.csv`, 'id\nx\n');
	return studio.dataflow(
		name,
		[
			{ cloud_storage_source_component: { id: 'in', name: 'in', connection_id: studio.files, path: `${name}.csv`, fields: [{ name: 'id', type: 'integer' }] } },
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		[{ source: 'in', target: 'out' }],
	);
}
