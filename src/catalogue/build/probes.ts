import { canonicalJson } from '../../lib/json.ts';
import type { Source } from '../../plan/endpoints.ts';
import { FaultList } from '../../plan/fault.ts';
import { resolveVariables } from '../../plan/variables.ts';
import { ComponentContext } from './component-context.ts';
import type { BuildContext } from './context.ts';
import type { RawComponent } from './read-components.ts';
import { readDefinition } from './read-definition.ts';
import { variableInput } from './variable-input.ts';

/** A source whose columns have to be looked up before the package can be checked whole. */
export interface Probe {
	/** Key of `BuildContext.discovered`. */
	readonly component: string;
	readonly name: string;
	/** Wrapper key. */
	readonly type: string;
	readonly source: Source;
	/**
	 * Changes whenever the component is configured to read something else, and not with the values of variables: columns found
	 * once may be kept under it, so that a version's columns stay what they were when it was saved.
	 */
	readonly fingerprint: string;
}

/** Sources without `fields`, and those that name columns beyond them. Faults are not told here: `buildPlan` tells them. */
export function probes(input: unknown, context: BuildContext): Probe[] {
	const silent = new FaultList();
	const raw = readDefinition(input, silent);
	if (raw === null) return [];
	const variables = resolveVariables(variableInput(raw, context), silent);
	return raw.components.flatMap((component) => {
		const definition = component.found?.definition;
		if (definition === undefined || definition.category === 'task' || definition.probe === undefined || component.config === null) return [];
		const { connections } = context;
		const quiet = new ComponentContext({
			component,
			inputs: [],
			known: true,
			discovered: null,
			scope: variables,
			broken: variables.broken,
			connections,
			faults: silent,
			warnings: silent,
		});
		const source = definition.probe(component.config, quiet);
		return source === null
			? []
			: [{ component: component.id, name: component.name, type: component.key ?? definition.key, source, fingerprint: fingerprint(component) }];
	});
}

/** What a component reads does not depend on these. */
const BESIDE: ReadonlySet<string> = new Set([
	'id',
	'name',
	'notes',
	'on_error',
	'fields',
	'other_fields',
	'where_clause',
	'split_by',
	'max_parallel_connections',
]);

function fingerprint(component: RawComponent): string {
	const read = Object.entries(component.config ?? {}).filter(([key]) => !BESIDE.has(key));
	return canonicalJson({ type: component.found?.definition.key, ...Object.fromEntries(read) });
}
