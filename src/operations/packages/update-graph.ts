import type { Edge, WrappedComponent } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageChange } from '../../model/views/package-change.ts';
import type { OperationContext } from '../context.ts';
import { type ChangeRequest, changePackage } from './change.ts';
import { componentsNamed } from './named-components.ts';

/** Replaces all edges; the validator refuses every end that is no component. */
export function updateEdges(
	context: OperationContext,
	principal: Principal,
	input: ChangeRequest & { readonly edges: readonly Edge[] },
): Promise<PackageChange> {
	return changePackage(context, principal, input, (draft) => ({ ...draft, definition: { ...draft.definition, edges: input.edges } }));
}

/** Adds components, and edges behind those there are. */
export function addComponents(
	context: OperationContext,
	principal: Principal,
	input: ChangeRequest & { readonly components: readonly WrappedComponent[]; readonly edges?: readonly Edge[] | undefined },
): Promise<PackageChange> {
	return changePackage(context, principal, input, (draft) => {
		const { components, edges } = draft.definition;
		const definition = { ...draft.definition, components: [...components, ...input.components], edges: [...edges, ...(input.edges ?? [])] };
		return { ...draft, definition };
	});
}

/** Takes components away with every edge that touches them; `edges` join up what is left. One unknown name and nothing is written. */
export function removeComponents(
	context: OperationContext,
	principal: Principal,
	input: ChangeRequest & { readonly component_names: readonly string[]; readonly edges?: readonly Edge[] | undefined },
): Promise<PackageChange> {
	return changePackage(context, principal, input, (draft) => {
		const gone = componentsNamed(draft.definition, input.component_names);
		const [indexes, ids] = [new Set(gone.map(({ index }) => index)), new Set(gone.map(({ id }) => id))];
		const components = draft.definition.components.filter((_, index) => !indexes.has(index));
		const left = draft.definition.edges.filter(({ source, target }) => !ids.has(source) && !ids.has(target));
		return { ...draft, definition: { ...draft.definition, components, edges: [...left, ...(input.edges ?? [])] } };
	});
}
