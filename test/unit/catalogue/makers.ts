import type { BuildContext } from '../../../src/catalogue/build/context.ts';
import { type BuildResult, type BuiltDataflow, buildPlan } from '../../../src/catalogue/build.ts';
import type { ComponentDefinition, ComponentExample, KnownConnection, KnownPackage } from '../../../src/catalogue/component.ts';
import type { PlanNode } from '../../../src/plan/plan.ts';

export const CONNECTIONS: readonly KnownConnection[] = [
	{ id: 1, name: 'files', type: 'r2', kind: 'files' },
	{ id: 2, name: 'base', type: 'sqlite', kind: 'tables' },
	{ id: 3, name: 'api', type: 'http', kind: 'http' },
	{ id: 4, name: 'snow', type: 'snowflake', kind: 'tables' },
];

const PACKAGES: readonly KnownPackage[] = [
	{ id: 7, name: 'loads', status: 'active', variables: ['day', 'full_load'], required: [], circle: null },
	{ id: 8, name: 'old loads', status: 'archived', variables: [], required: [], circle: null },
	{ id: 9, name: 'night', status: 'active', variables: ['until'], required: ['until'], circle: null },
	{ id: 10, name: 'round', status: 'active', variables: [], required: [], circle: [10, 11, 12] },
];

export const NOW = Date.UTC(2024, 0, 31, 12);

export function build(definition: unknown, context: Partial<BuildContext> = {}): BuildResult {
	return buildPlan(definition, { purpose: 'run', connections: CONNECTIONS, packages: new Map(PACKAGES.map((each) => [each.id, each])), now: NOW, ...context });
}

/** The plan of a package that must have one. */
export function built(definition: unknown, context: Partial<BuildContext> = {}): BuiltDataflow & { readonly nodes: readonly PlanNode[] } {
	const result = build(definition, context);
	if ('faults' in result) throw new Error(JSON.stringify(result.faults, null, 1));
	if (result.flowType !== 'dataflow' || result.plan === null) throw new Error('no plan');
	return { ...result, nodes: result.plan.nodes };
}

/** `path: message` of every fault. */
export function faultsOf(definition: unknown, context: Partial<BuildContext> = {}): string[] {
	const result = build(definition, context);
	return 'faults' in result ? result.faults.map(({ path, message }) => `${path}: ${message}`) : [];
}

/** Columns as `fields` of a payload source. */
export const fieldsOf = (schema: Readonly<Record<string, string>>) => Object.entries(schema).map(([name, type]) => ({ name, type }));

/** One component between payload sources with the given columns and a destination. */
export function around(
	key: string,
	config: Readonly<Record<string, unknown>>,
	inputs: readonly Readonly<Record<string, string>>[],
	variables: Readonly<Record<string, unknown>> = {},
) {
	const sources = inputs.map((schema, i) => ({ payload_source_component: { id: `input_${i}`, name: `input ${i}`, fields: fieldsOf(schema) } }));
	const isDestination = key.endsWith('_destination_component');
	const result = isDestination ? [] : [{ result_destination_component: { id: 'result', name: 'result' } }];
	return {
		components: [{ [key]: { id: 'example', name: 'example', ...config } }, ...sources, ...result],
		edges: [...inputs.map((_, i) => ({ source: `input_${i}`, target: 'example' })), ...result.map(() => ({ source: 'example', target: 'result' }))],
		variables,
	};
}

/** An example of a component as a package: its given tables are payload sources `input_0`, `input_1` …. */
export function examplePackage(definition: ComponentDefinition, example: ComponentExample) {
	return around(
		definition.key,
		example.config,
		example.given.map((table) => table.schema),
		example.variables,
	);
}
