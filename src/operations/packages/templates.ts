import { TEMPLATES } from '../../catalogue/templates/index.ts';
import type { PackageTemplate, TemplateConnections } from '../../catalogue/templates/template.ts';
import { CONNECTORS } from '../../connectors/index.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Principal } from '../../model/principal.ts';
import type { TemplateDetail, TemplateItem } from '../../model/views/template.ts';
import { connectionsPage } from '../../store/connections.ts';
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
	const [storage, database] = await Promise.all([first(context, principal, 'files'), first(context, principal, 'tables')]);
	const used = new Set<keyof TemplateConnections>();
	const given = { storage: storage?.id ?? 0, database: database?.id ?? 0 };
	const components = found.components(
		new Proxy(given, {
			get(target, name: keyof TemplateConnections) {
				used.add(name);
				return target[name];
			},
		}),
	);
	const { edges, variables = {}, settings = {}, payload } = found;
	const notes = [...used].map((name) => note(name, name === 'storage' ? storage : database));
	return {
		...item(found),
		definition: {
			name: found.title,
			description: found.summary,
			flow_type: 'dataflow',
			components: components.map((each) => ({ ...each })),
			edges: [...edges],
			variables,
			settings,
		},
		...(payload === undefined ? {} : { payload: payload.map((row) => ({ ...row })) }),
		notes,
	};
}

function item({ key, title, summary, kind, systems }: PackageTemplate): TemplateItem {
	return { template: key, title, summary, kind, systems: [...systems] };
}

async function first({ store }: OperationContext, principal: Principal, kind: 'files' | 'tables') {
	const types = CONNECTORS.filter((connector) => connector.kind === kind).map((connector) => connector.type);
	const [found] = await connectionsPage(store, principal.account.id, { types, after: 0 }, 1);
	return found ?? null;
}

function note(name: keyof TemplateConnections, found: { readonly id: number; readonly name: string } | null): string {
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
