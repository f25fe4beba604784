import { typeName } from '../../../src/data/type-names.ts';
import type { Schema } from '../../../src/data/types.ts';
import type { Plan, PlanNode } from '../../../src/plan/plan.ts';
import { built, fieldsOf } from '../catalogue/makers.ts';
import { type Choices, type MadeNode, type MakeStep, sameTypes } from './choices.ts';
import { crossJoin, join, unionByName, unionByPosition } from './steps/combining.ts';
import { aggregate, cube, firstLastCollect, pivot } from './steps/grouping.ts';
import { distinct, limit, rank, sort, window } from './steps/ordering.ts';
import { assert, clone, filter, flatten, parseJson, select, unpivot } from './steps/row-wise.ts';
import type { BaseTable } from './tables.ts';

const STEPS: readonly MakeStep[] = [
	select,
	filter,
	assert,
	clone,
	unpivot,
	flatten,
	parseJson,
	join,
	join,
	crossJoin,
	unionByName,
	unionByPosition,
	distinct,
	limit,
	sort,
	rank,
	window,
	window,
	aggregate,
	cube,
	pivot,
	firstLastCollect,
];

export interface RandomPackage {
	readonly plan: Plan;
	/** What the package is, for a report of what went wrong. */
	readonly definition: object;
	/** Component types in it. */
	readonly types: readonly string[];
	/** Unions in it that bring columns of several types to a wider one. */
	readonly widened: number;
	/** Results: which, whether their order counts, and DuckDB's query for the same. */
	readonly results: readonly { readonly id: string; readonly ordered: boolean; readonly sql: string }[];
}

/** A package of some components over the base tables, as people would write it, and what DuckDB is to be asked. */
export function randomPackage(choices: Choices, tables: readonly BaseTable[]): RandomPackage {
	const components: object[] = tables.map(sourceOf);
	const edges: object[] = [];
	const nodes: MadeNode[] = tables.map(({ id, schema, rows }) => ({ id, from: { source: id, source_port: 'out' }, schema, sql: '', most: rows.length }));
	const types: string[] = [];
	let widened = 0;
	for (let number = 0, wanted = choices.int(1, 5), tries = 0; types.length < wanted && tries < 20; number++, tries++) {
		// The node that goes on is mostly the last, and sometimes any other.
		const focus = choices.yes(3) ? choices.pick(nodes) : (nodes.at(-1) as MadeNode);
		const step = choices.pick(STEPS)(choices, [...nodes.filter((node) => node !== focus), focus], number);
		if (step === null) continue;
		const id = `${step.type}_${number}`;
		components.push({ [`${step.type}_component`]: { id, name: id, ...step.config } });
		edges.push(
			...step.inputs.map(({ node }, i) => ({ ...node.from, target: id, ...(step.type.endsWith('join') ? { target_port: ['left', 'right'][i] } : {}) })),
		);
		types.push(step.type);
		const schema = built({ components: [...components, resultOf('out')], edges: [...edges, { source: id, target: 'out' }] }).schemas.get(id) ?? [];
		if (step.type === 'union' && step.inputs.some(({ node }) => widens(node.schema, schema, step.config['by'] === 'position'))) widened++;
		nodes.push({ id, from: { source: id, source_port: 'out' }, schema, sql: step.sql(schema), most: step.most });
		if (step.rejected !== undefined && choices.yes())
			nodes.push({
				id: `${id}_rejected`,
				from: { source: id, source_port: 'rejected' },
				schema: (step.inputs[0] as { node: MadeNode }).node.schema,
				sql: step.rejected,
				most: step.most,
			});
	}
	const made = nodes.slice(tables.length);
	const shown = made.length === 0 ? [] : [made.at(-1) as MadeNode, ...(choices.yes() ? [choices.pick(made)] : [])];
	const leaves = [...new Set(shown)];
	const definition = {
		components: [...components, ...leaves.map(({ id }) => resultOf(`out_${id}`))],
		edges: [...edges, ...leaves.map(({ id, from }) => ({ ...from, target: `out_${id}` }))],
	};
	const plan = built(definition).plan as Plan;
	return {
		plan: { ...plan, nodes: plan.nodes.map(withAllRows) },
		definition,
		types,
		widened,
		results: leaves.map((leaf) => ({ id: `out_${leaf.id}`, ordered: leaf.id.startsWith('sort_'), sql: queryOf(leaf, made) })),
	};
}

function widens(input: Schema, output: Schema, byPosition: boolean): boolean {
	return input.some((field, i) => {
		const into = byPosition ? output[i] : output.find(({ name }) => name === field.name);
		return into !== undefined && !sameTypes(field.type, into.type);
	});
}

/** A package may ask for 10,000 rows of a result; here they all count. */
function withAllRows(node: PlanNode): PlanNode {
	return node.operator.kind === 'sink' ? { ...node, operator: { kind: 'sink', destination: { kind: 'result', maxRows: 10_000_000 } } } : node;
}

function queryOf(leaf: MadeNode, made: readonly MadeNode[]): string {
	const before = made.slice(0, made.indexOf(leaf)).map(({ id, sql }) => `${id} AS MATERIALIZED (${sql})`);
	return `${before.length === 0 ? '' : `WITH ${before.join(', ')} `}${leaf.sql}`;
}

function sourceOf({ id, schema }: BaseTable): object {
	const fields = fieldsOf(Object.fromEntries(schema.map(({ name, type }) => [name, typeName(type)])));
	return { cloud_storage_source_component: { id, name: id, connection_id: 1, path: `${id}.ndjson`, record_type: 'ndjson', fields } };
}

const resultOf = (id: string) => ({ result_destination_component: { id, name: id } });
