import { canonicalJson } from '../../lib/json.ts';
import { REDACTED } from '../../lib/secret.ts';
import type { Edge, PackageDefinition, VariableDefinition } from '../../model/package.ts';
import type { PackageDiff } from '../../model/views/package-change.ts';

/** What a version holds, as far as people compare it. Secret defaults may stand in it: the diff shows only that they differ. */
export interface Comparable {
	readonly name: string;
	readonly description: string;
	readonly definition: PackageDefinition;
}

type Change = PackageDiff['changed'][number];
type Fields = Readonly<Record<string, unknown>>;

/** What leads from one version to the other. Components are the same where their ids are; ids of edges do not count, their order does. */
export function diffPackages(before: Comparable, after: Comparable): PackageDiff {
	const old = componentsOf(before.definition);
	const fresh = componentsOf(after.definition);
	const changed: Change[] = [
		...changes(null, 'name', before.name, after.name),
		...changes(null, 'description', before.description, after.description),
		...changes(null, 'settings', before.definition.settings, after.definition.settings),
		...variableChanges(before.definition.variables, after.definition.variables),
	];
	for (const [id, { type, fields, name }] of fresh) {
		const was = old.get(id);
		if (was === undefined) continue;
		changed.push(...changes(name, 'type', was.type, type), ...changes(name, '', was.fields, fields));
	}
	return {
		added: [...fresh].filter(([id]) => !old.has(id)).map(([, { name }]) => name),
		removed: [...old].filter(([id]) => !fresh.has(id)).map(([, { name }]) => name),
		...edgeChanges(before.definition.edges, after.definition.edges, { old, fresh }, changed),
		changed,
	};
}

/** Nothing at all differs. */
export function isEmptyDiff(diff: PackageDiff): boolean {
	return Object.values(diff).every((list) => list.length === 0);
}

interface Component {
	readonly type: string;
	readonly name: string;
	readonly fields: Fields;
}

function componentsOf(definition: PackageDefinition): Map<string, Component> {
	return new Map(
		definition.components.flatMap((wrapper) =>
			Object.entries(wrapper).map(([type, fields]): [string, Component] => [String(fields['id']), { type, name: String(fields['name']), fields }]),
		),
	);
}

/** Leaf by leaf; a list that became longer or shorter is shown whole, for its positions no longer say which item is which. */
function changes(component: string | null, path: string, before: unknown, after: unknown): Change[] {
	if (canonicalJson(before) === canonicalJson(after) && (before === undefined) === (after === undefined)) return [];
	if (isObject(before) && isObject(after)) {
		const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
		return [...keys].flatMap((key) => changes(component, path === '' ? key : `${path}.${key}`, own(before, key), own(after, key)));
	}
	if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
		return before.flatMap((item, i) => changes(component, `${path}[${i}]`, item, after[i]));
	return [{ component, path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

function isObject(value: unknown): value is Fields {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function own(fields: Fields, key: string): unknown {
	return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

type Variables = PackageDefinition['variables'];

function variableChanges(before: Variables, after: Variables): Change[] {
	const names = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...names].flatMap((name) => {
		const [old, fresh] = [own(before, name), own(after, name)] as (VariableDefinition | undefined)[];
		const path = `variables.${name}`;
		const found = changes(null, path, old, fresh);
		const secret = isSecret(old) || isSecret(fresh);
		return secret && found.length > 0
			? [{ component: null, path, ...(old === undefined ? {} : { before: REDACTED }), ...(fresh === undefined ? {} : { after: REDACTED }) }]
			: found;
	});
}

function isSecret(variable: VariableDefinition | undefined): boolean {
	return isObject(variable) && variable['secret'] === true;
}

function edgeChanges(
	before: readonly Edge[],
	after: readonly Edge[],
	{ old, fresh }: { readonly old: ReadonlyMap<string, Component>; readonly fresh: ReadonlyMap<string, Component> },
	changed: Change[],
): Pick<PackageDiff, 'edges_added' | 'edges_removed'> {
	const was = new Map(before.map((edge) => [edgeKey(edge), edgeText(edge, old)]));
	const is = new Map(after.map((edge) => [edgeKey(edge), edgeText(edge, fresh)]));
	const edges_added = [...is].filter(([key]) => !was.has(key)).map(([, text]) => text);
	const edges_removed = [...was].filter(([key]) => !is.has(key)).map(([, text]) => text);
	// A union takes its inputs in this order, a join without ports too.
	const moved = edges_added.length + edges_removed.length === 0 && [...was.keys()].join('\n') !== [...is.keys()].join('\n');
	if (moved) changed.push({ component: null, path: 'edges', before: [...was.values()], after: [...is.values()] });
	return { edges_added, edges_removed };
}

function edgeKey({ id: _, ...ends }: Edge): string {
	return canonicalJson(ends);
}

function edgeText(edge: Edge, components: ReadonlyMap<string, Component>): string {
	const end = (id: string, port: string | undefined) => `${components.get(id)?.name ?? id}${port === undefined ? '' : `.${port}`}`;
	const text = `${end(edge.source, edge.source_port)} → ${end(edge.target, edge.target_port)}`;
	return edge.condition === undefined ? text : `${text} on ${edge.condition}`;
}
