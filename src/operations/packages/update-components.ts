import { AppError } from '../../lib/errors.ts';
import type { WrappedComponent } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageChange } from '../../model/views/package-change.ts';
import type { OperationContext } from '../context.ts';
import { type ChangeRequest, changePackage } from './change.ts';
import { deepMerge } from './merge.ts';
import { componentsNamed } from './named-components.ts';

export interface ComponentUpdate {
	readonly component_name: string;
	/** Deep-merged over the component's fields: objects merge, lists are replaced whole, null removes. */
	readonly updates: Readonly<Record<string, unknown>>;
}

/** Changes fields of components; one unknown name and nothing is written. */
export function updateComponents(
	context: OperationContext,
	principal: Principal,
	input: ChangeRequest & { readonly updates: readonly ComponentUpdate[] },
): Promise<PackageChange> {
	return changePackage(context, principal, input, (draft) => {
		const { definition } = draft;
		const named = componentsNamed(
			definition,
			input.updates.map((update) => update.component_name),
		);
		const components: WrappedComponent[] = [...definition.components];
		input.updates.forEach(({ component_name, updates }, i) => {
			const place = named[i];
			if (place === undefined) return;
			if (Object.hasOwn(updates, 'id') && updates['id'] !== place.id) throw fixedId(component_name, place.id);
			const entries = Object.entries(components[place.index] ?? {});
			components[place.index] = Object.fromEntries(entries.map(([key, fields]) => [key, deepMerge(fields, updates)]));
		});
		return { ...draft, definition: { ...definition, components } };
	});
}

function fixedId(name: string, id: string): AppError {
	return new AppError('invalid_input', `the id of ${JSON.stringify(name)} is ${id} and stays so: edges and versions refer to it`, {
		hint: 'Change its name instead, or remove the component and add another.',
	});
}
