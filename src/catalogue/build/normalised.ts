import type { Edge, PackageDefinition } from '../../model/package.ts';
import type { Graph } from '../../plan/graph.ts';
import type { RawPackage } from './read-definition.ts';

/** The package as it is kept: every component and edge has an id, edges name ids; fields that were left out stay out. */
export function normalised(raw: RawPackage, graph: Graph): PackageDefinition {
	const components = raw.components.flatMap(({ key, id, given }) => {
		const { id: _, ...fields } = given;
		return key === null ? [] : [{ [key]: { id, ...fields } }];
	});
	const resolved = new Map(graph.edges.map((edge) => [edge.index, edge]));
	const edges = raw.edges.flatMap((edge, index): Edge[] => {
		if (edge === null) return [];
		const found = resolved.get(index);
		return found === undefined ? [edge] : [{ ...edge, id: found.id, source: found.source, target: found.target }];
	});
	return { flow_type: raw.flowType, components, edges, variables: raw.variables, settings: raw.settings };
}
