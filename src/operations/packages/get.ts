import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import type { PackageDefinition } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageDetail } from '../../model/views/package.ts';
import { reachOfPackage } from '../../store/packages.ts';
import { schedulesOfPackage } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';
import { whenText } from '../schedules/rule.ts';
import { packageFor, packageIdByName } from './access.ts';
import { referredConnections } from './known-connections.ts';
import { packageItem } from './list.ts';

export interface GetPackageInput {
	/** Or `name`. */
	readonly package_id?: number | undefined;
	/** In any case; refused where several active packages have it. */
	readonly name?: string | undefined;
	readonly include_full_graph?: boolean | undefined;
}

/** One package: a summary of its graph, and with `include_full_graph` the graph itself. Defaults of secret variables are never shown. */
export async function getPackage(context: OperationContext, principal: Principal, input: GetPackageInput): Promise<PackageDetail> {
	const found = await packageFor(context, principal, await idOf(context, principal, input), 'read');
	const { definition } = found.version;
	const [used, schedules, reach] = await Promise.all([
		referredConnections(context, principal.account.id, definition),
		schedulesOfPackage(context.store, found.package.id),
		reachOfPackage(context.store, found.package.id),
	]);
	return {
		...packageItem({ ...found.package, permission: found.permission }, principal, reach),
		workspace_name: found.workspaceName,
		flow_version: found.package.flowVersion,
		owner_email: found.ownerEmail,
		...summary(definition),
		connections: used.map(({ id, name, type }) => ({ id, name, type })),
		schedules: schedules.map((each) => ({ id: each.id, name: each.name, enabled: each.enabled, when: whenText(each), next_run_at: iso(each.nextRunAt) })),
		...(input.include_full_graph === true ? fullGraph(definition) : {}),
	};
}

function idOf(context: OperationContext, principal: Principal, { package_id, name }: GetPackageInput): Promise<number> | number {
	if (package_id !== undefined && name === undefined) return package_id;
	if (name !== undefined && package_id === undefined) return packageIdByName(context, principal, name);
	throw new AppError('invalid_input', 'get_package takes a package_id or a name: not both, and not neither.', {
		hint: 'list_packages shows ids and names.',
	});
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
