import { buildPlan } from '../../../src/catalogue/build.ts';
import type { RunSpec } from '../../../src/engine/ports.ts';
import { FLIGHTS, PRODUCTS, SALES } from './files.ts';
import type { Workload } from './workloads.ts';

const CONNECTION = 1;

/** A workload as a package, built as the gateway builds it when a run is submitted. */
export function specOf(workload: Workload, runId: number): RunSpec {
	const built = buildPlan(definition(workload, runId), {
		purpose: 'run',
		connections: [{ id: CONNECTION, name: 'files', type: 'r2', kind: 'files' }],
		now: Date.now(),
	});
	if ('faults' in built) throw new Error(`${workload.name}: ${JSON.stringify(built.faults)}`);
	if (built.flowType !== 'dataflow' || built.plan === null) throw new Error(`${workload.name} has no plan`);
	return { runId, accountId: 1, plan: built.plan, payload: null };
}

function definition(workload: Workload, runId: number) {
	const steps = workload.components.map((component, step) => {
		const [key, config] = Object.entries(component)[0] as [string, Readonly<Record<string, unknown>>];
		return { [key]: { id: `step_${step}`, name: `step ${step}`, ...config } };
	});
	const line = ['source', ...steps.map((_, step) => `step_${step}`), 'target'];
	const edges = line.slice(1).map((target, at) => ({ source: line[at] as string, target }));
	const joined = { source: 'products', target: 'step_0', target_port: 'right' };
	return {
		components: [
			workload.input === 'sales' ? source('source', 'sales.csv', SALES) : source('source', 'flights.parquet', FLIGHTS),
			...(workload.joins ? [source('products', 'products.csv', PRODUCTS)] : []),
			...steps,
			{
				cloud_storage_destination_component: {
					id: 'target',
					name: 'target',
					connection_id: CONNECTION,
					path: `out/${runId}`,
					file_name: 'rows',
					format: workload.format === 'csv' ? 'delimited' : 'parquet',
				},
			},
		],
		edges: workload.joins ? [...edges, joined] : edges,
	};
}

function source(id: string, path: string, columns: Readonly<Record<string, string>>) {
	const fields = Object.entries(columns).map(([name, type]) => ({ name, type }));
	return { cloud_storage_source_component: { id, name: id, connection_id: CONNECTION, path, fields } };
}
