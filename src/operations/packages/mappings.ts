import type { Discovery } from '../../catalogue/build/context.ts';
import { buildPlan } from '../../catalogue/build.ts';
import { typeName } from '../../data/type-names.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { PackageDefinition } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { Mapping } from '../../model/views/mapping.ts';
import type { Destination, Source } from '../../plan/endpoints.ts';
import { type ColumnLineage, type PortLineage, planLineage } from '../../plan/lineage.ts';
import type { Plan, PlanNode } from '../../plan/plan.ts';
import type { PackageWithVersion } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import { packageFor } from './access.ts';
import { invalidPackage } from './create.ts';
import { knownConnections } from './known-connections.ts';
import { rulesOnTheWay } from './mapping-rules.ts';

/** Where every field of every destination comes from, and which rules decide what arrives there. Nothing outside is asked. */
export async function packageMappings(
	context: OperationContext,
	principal: Principal,
	input: { readonly package_id: number; readonly destination?: string | undefined },
): Promise<{ package_id: number; package_name: string; version: number; mappings: Mapping[] }> {
	const found = await packageFor(context, principal, input.package_id, 'read');
	const { definition, plan } = await planOf(context, principal.account.id, found);
	const lineage = planLineage(plan);
	const sinks = plan.nodes.filter(({ operator }) => operator.kind === 'sink');
	return {
		package_id: found.package.id,
		package_name: found.package.name,
		version: found.version.number,
		mappings: chosen(sinks, input.destination).map((sink) => mappingOf(sink, plan, lineage, configurations(definition))),
	};
}

/** Secret defaults are no part of what is planned here, so none of them can stand in a text. */
async function planOf(
	context: OperationContext,
	accountId: number,
	{ package: { id }, version }: PackageWithVersion,
): Promise<{ readonly definition: PackageDefinition; readonly plan: Plan }> {
	const connections = await knownConnections(context, accountId, version.definition);
	const discovered = new Map<string, Discovery>(Object.entries(version.discovered).map(([component, { schema }]) => [component, schema]));
	const result = buildPlan(version.definition, { purpose: 'save', connections, discovered, now: context.clock() });
	if ('faults' in result) throw invalidPackage(result.faults, 'has no mappings');
	if (result.flowType === 'workflow') {
		const runs = result.workflow.tasks.flatMap(({ task }) => (task.kind === 'run_package' ? [task.packageId] : []));
		throw new AppError('invalid_input', `package ${id} is a workflow: it moves no fields itself`, {
			hint:
				runs.length === 0
					? 'Its tasks run no packages; get_package with include_full_graph shows them.'
					: `The packages it runs have mappings: ${[...new Set(runs)].join(', ')}.`,
		});
	}
	if (result.plan === null) {
		throw new AppError('conflict', `the columns of a source of package ${id} are not known before it runs`, {
			hint: 'Name its fields with their types (update_package_components), then ask again.',
		});
	}
	return { definition: result.definition, plan: result.plan };
}

function chosen(sinks: readonly PlanNode[], wanted: string | undefined): readonly PlanNode[] {
	if (wanted === undefined) return sinks;
	const found = sinks.filter(({ component }) => component.id === wanted || component.name === wanted);
	if (found.length > 0) return found;
	const names = sinks.map(({ component }) => component.name);
	const near = nearest(wanted, names);
	throw new AppError('not_found', `there is no destination ${JSON.stringify(wanted.slice(0, 100))} in this package`, {
		hint: `${near === undefined ? '' : `Did you mean ${near}? `}Its destinations: ${names.join(', ')}.`,
	});
}

/** The fields of each component, by its id. */
export type Configurations = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

function configurations(definition: PackageDefinition): Configurations {
	return new Map(definition.components.flatMap((wrapper) => Object.values(wrapper).map((fields) => [String(fields['id']), fields])));
}

function mappingOf(sink: PlanNode, plan: Plan, lineage: ReadonlyMap<string, PortLineage>, configured: Configurations): Mapping {
	const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
	const nameOf = (id: string): string => nodes.get(id)?.component.name ?? id;
	const columns = lineage.get(sink.id) ?? new Map<string, ColumnLineage>();
	const written = destinationFields(sink);
	const fields = written.map(({ field, column, type }) => ({
		field: column,
		type,
		from: (columns.get(field)?.origins ?? []).map((origin) => `${nameOf(origin.node)}.${origin.field}`),
		through: (columns.get(field)?.steps ?? []).map((step) => `${nameOf(step.node)}: ${step.done ?? expressionOf(configured.get(step.node), step.column)}`),
	}));
	const above = ancestors(sink, nodes);
	const reached = new Map(written.map(({ field, column }) => [column, columns.get(field)?.origins ?? []]));
	return {
		destination: endpoint(sink),
		sources: plan.nodes.filter((node) => above.has(node.id) && node.operator.kind === 'scan').map(endpoint),
		fields,
		rules: plan.nodes.filter((node) => above.has(node.id) || node === sink).flatMap((node) => rulesOnTheWay(node, lineage, configured, reached)),
	};
}

function destinationFields({ operator, output }: PlanNode): { readonly field: string; readonly column: string; readonly type: string }[] {
	if (operator.kind === 'sink' && operator.destination.kind === 'table')
		return operator.destination.columns.map(({ field, column, type }) => ({ field, column, type: typeName(type) }));
	return output.map(({ name, type }) => ({ field: name, column: name, type: typeName(type) }));
}

function ancestors(sink: PlanNode, nodes: ReadonlyMap<string, PlanNode>): ReadonlySet<string> {
	const found = new Set<string>();
	const open = sink.inputs.map(({ node }) => node);
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		if (found.has(id)) continue;
		found.add(id);
		open.push(...(nodes.get(id)?.inputs.map(({ node }) => node) ?? []));
	}
	return found;
}

/** The text that made a column, as the package has it: of a select its expression, of parse_json the path. */
function expressionOf(fields: Readonly<Record<string, unknown>> | undefined, column: string): string {
	const columns = (fields?.['columns'] ?? []) as readonly { readonly expression?: string; readonly alias?: string }[];
	const made = columns.find(({ alias, expression }) => (alias ?? plainName(expression)) === column);
	if (made?.expression !== undefined) return made.expression;
	const extract = (fields?.['extract'] ?? []) as readonly { readonly path: string; readonly alias: string }[];
	const path = extract.find(({ alias }) => alias === column)?.path;
	return path === undefined ? 'another name' : `${path} of ${String(fields?.['field'])}`;
}

function plainName(expression: string | undefined): string | undefined {
	return expression?.trim().replace(/^"(.*)"$/, '$1');
}

function endpoint({ component, operator }: PlanNode): Mapping['destination'] {
	const name = component.name;
	if (operator.kind !== 'scan' && operator.kind !== 'sink') throw new Error(`${component.type} reads and writes nothing`);
	const place: Source | Destination = operator.kind === 'scan' ? operator.source : operator.destination;
	const of = (kind: Mapping['destination']['kind'], text: string) => ({
		component: name,
		kind,
		connection_id: 'connection' in place ? place.connection : null,
		place: text,
	});
	switch (place.kind) {
		case 'files':
			return of('files', 'fileName' in place ? `${place.path}/${place.fileName}` : place.path);
		case 'table':
			if ('operation' in place) return of('table', qualified(place));
			return 'query' in place.from ? of('query', place.from.query) : of('table', qualified(place.from));
		case 'http':
			return of('api', `${place.request.method} ${place.request.path}`);
		case 'payload':
		case 'result':
			return of(place.kind, place.kind);
	}
}

function qualified({ schema, table }: { readonly schema: string | null; readonly table: string }): string {
	return schema === null ? table : `${schema}.${table}`;
}
