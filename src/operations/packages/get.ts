import type { PackageDefinition } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageDetail } from '../../model/views/package.ts';
import { packageById } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { packageItem } from './list.ts';

/** One package: a summary of its graph, and with `include_full_graph` the graph itself. Defaults of secret variables are never shown. */
export async function getPackage(
	context: OperationContext,
	principal: Principal,
	input: { readonly package_id: number; readonly include_full_graph?: boolean | undefined },
): Promise<PackageDetail> {
	const found = await packageById(context.store, principal.account.id, input.package_id);
	if (found === null) throw notFound('package', input.package_id);
	const { definition } = found.version;
	return {
		...packageItem(found.package),
		workspace_name: found.workspaceName,
		flow_version: found.package.flowVersion,
		owner_email: found.ownerEmail,
		...summary(definition),
		...(input.include_full_graph === true ? fullGraph(definition) : {}),
	};
}

function summary(definition: PackageDefinition) {
	const types: Record<string, number> = {};
	for (const component of definition.components) for (const key of Object.keys(component)) types[key] = (types[key] ?? 0) + 1;
	return {
		component_count: definition.components.length,
		edge_count: definition.edges.length,
		component_types: types,
		variables_count: Object.keys(definition.variables).length,
	};
}

function fullGraph(definition: PackageDefinition) {
	return {
		variables: { ...definition.variables },
		data_flow_json: { components: definition.components.map((component) => ({ ...component })), edges: [...definition.edges], settings: definition.settings },
	};
}
