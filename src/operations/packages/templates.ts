import { TEMPLATES } from '../../catalogue/templates/index.ts';
import type { PackageTemplate, TemplateConnections } from '../../catalogue/templates/template.ts';
import { CONNECTORS } from '../../connectors/index.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { VariableDefinition } from '../../model/package.ts';
import { packageRights } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { TemplateDetail, TemplateItem } from '../../model/views/template.ts';
import { connectionsPage } from '../../store/connections.ts';
import { definitionsPage } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';

/** All templates, or those of a kind or about a system. */
export function listTemplates(input: { readonly kind?: PackageTemplate['kind'] | undefined; readonly system?: string | undefined }): TemplateItem[] {
	const { kind, system } = input;
	const wanted = system?.trim().toLowerCase();
	return TEMPLATES.filter((each) => (kind === undefined || each.kind === kind) && (wanted === undefined || each.systems.includes(wanted))).map(item);
}

/** One template as create_package takes it, over connections of this account: the first of each kind, to be changed at will. */
export async function getTemplate(context: OperationContext, principal: Principal, input: { readonly template: string }): Promise<TemplateDetail> {
	const found = TEMPLATES.find((each) => each.key === input.template);
	if (found === undefined) throw unknownTemplate(input.template);
	const workflow = found.flow_type === 'workflow';
	const [storage, database, packaged] = await Promise.all([
		first(context, principal, 'files'),
		first(context, principal, 'tables'),
		workflow ? somePackage(context, principal) : null,
	]);
	const used = new Set<keyof TemplateConnections>();
	const given = { storage: storage?.id ?? 0, database: database?.id ?? 0, package: packaged?.id ?? 0 };
	const components = found.components(
		new Proxy(given, {
			get(target, name: keyof TemplateConnections) {
				used.add(name);
				return target[name];
			},
		}),
	);
	const { edges, variables = {}, settings = {}, payload } = found;
	const known = { storage, database, package: packaged };
	const notes = [...used].map((name) => note(name, known[name]));
	return {
		...item(found),
		definition: {
			name: found.title,
			description: found.summary,
			flow_type: found.flow_type ?? 'dataflow',
			components: components.map((each) => ({ ...each })),
			edges: [...edges],
			variables,
			settings,
		},
		...(payload === undefined ? {} : { payload: payload.map((row) => ({ ...row })) }),
		notes,
	};
}

function item({ key, title, summary, kind, flow_type = 'dataflow', systems }: PackageTemplate): TemplateItem {
	return { template: key, title, summary, kind, flow_type, systems: [...systems] };
}

async function first({ store }: OperationContext, principal: Principal, kind: 'files' | 'tables') {
	const types = CONNECTORS.filter((connector) => connector.kind === kind).map((connector) => connector.type);
	const [found] = await connectionsPage(store, principal.account.id, { types, after: 0 }, 1);
	return found ?? null;
}

/** So many of the newest are looked at. */
const PACKAGES_LOOKED_AT = 20;

/** The newest dataflow that this principal may run as it is: without rows to be given and without required variables. */
async function somePackage({ store }: OperationContext, principal: Principal) {
	const found = await definitionsPage(store, principal.account.id, { before: null, trigrams: [], userId: principal.user.id }, PACKAGES_LOOKED_AT);
	const runs = ({ definition: { flow_type, components, variables } }: (typeof found)[number]) =>
		flow_type === 'dataflow' && !components.some((component) => 'payload_source_component' in component) && !Object.values(variables).some(isRequired);
	return found.find((each) => packageRights(principal, each.permission).includes('execute') && runs(each)) ?? null;
}

function isRequired(variable: VariableDefinition): boolean {
	return variable !== null && typeof variable === 'object' && variable.required === true;
}

function note(name: keyof TemplateConnections, found: { readonly id: number; readonly name: string } | null): string {
	if (name === 'package') {
		if (found === null) return 'This account has no package that runs as it is: package_id 0 stands in its place; create one first.';
		return `package_id ${found.id} is ${JSON.stringify(found.name)}, the newest that runs as it is: change it where another is meant.`;
	}
	const what = name === 'storage' ? 'file storage' : 'a database';
	if (found === null) return `This account has no connection to ${what}: connection_id 0 stands in its place.`;
	return `connection_id ${found.id} is ${JSON.stringify(found.name)}, the first connection to ${what}: change it where another is meant.`;
}

function unknownTemplate(key: string): AppError {
	const keys = TEMPLATES.map((each) => each.key);
	const near = nearest(key, keys);
	return new AppError('not_found', `there is no template ${JSON.stringify(key.slice(0, 100))}`, {
		hint: `${near === undefined ? '' : `Did you mean ${near}? `}Templates: ${keys.join(', ')}.`,
	});
}
