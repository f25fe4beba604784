import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { PackageDefinition, WrappedComponent } from '../../model/package.ts';

/** A component by its place in the package. */
export interface Named {
	readonly index: number;
	readonly id: string;
	readonly name: string;
}

/** The components of those names (or ids), in the order asked for. All or none: every name that is not there is told, with the nearest one. */
export function componentsNamed(definition: PackageDefinition, wanted: readonly string[]): Named[] {
	const all = definition.components.map(namedAt);
	const found = wanted.map((word) => all.find(({ name }) => name === word) ?? all.find(({ id }) => id === word));
	const unknown = [...new Set(wanted.filter((_, i) => found[i] === undefined))];
	if (unknown.length === 0) return found.filter((one) => one !== undefined);
	const names = all.map(({ name }) => name);
	const told = unknown.map((word) => {
		const near = nearest(word, names);
		return `${JSON.stringify(word.slice(0, 200))}${near === undefined ? '' : ` (did you mean ${JSON.stringify(near)}?)`}`;
	});
	throw new AppError('invalid_input', `no component is called ${told.join(', ')}: nothing was written`, {
		hint: `Components of this package: ${names
			.slice(0, 50)
			.map((name) => JSON.stringify(name))
			.join(', ')}${names.length > 50 ? ` and ${names.length - 50} more` : ''}. get_package with include_full_graph shows them whole.`,
		details: { unknown },
	});
}

function namedAt(wrapper: WrappedComponent, index: number): Named {
	const [fields] = Object.values(wrapper);
	return { index, id: String(fields?.['id']), name: String(fields?.['name']) };
}
