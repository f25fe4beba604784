import type { KnownPackage } from '../../catalogue/component.ts';
import type { PackageDefinition } from '../../model/package.ts';
import { isLimited } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import { definitionsByIds } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';

/** So far the packages that a package runs are followed, and so many are read: more are found out when they run. */
const ROUNDS = 10;
const MOST_READ = 200;

/** Who looks, and the package that is looked at where it is stored. */
export interface PackageViewer {
	readonly principal: Principal;
	readonly self: number | null;
}

/** The packages that a workflow runs, as far as this principal may see them, each with the way by which it would come back to the workflow itself. */
export async function knownPackages(
	{ store }: Pick<OperationContext, 'store'>,
	{ principal, self }: PackageViewer,
	definition: unknown,
): Promise<Map<number, KnownPackage>> {
	const direct = packagesRunBy(definition);
	const runs = new Map<number, readonly number[]>();
	const known = new Map<number, Omit<KnownPackage, 'circle'>>();
	let open = direct;
	for (let round = 0; round < ROUNDS && open.length > 0 && runs.size < MOST_READ; round++) {
		const found = await definitionsByIds(store, principal.account.id, open.slice(0, MOST_READ - runs.size), principal.user.id);
		for (const id of open) runs.set(id, []);
		for (const { id, name, status, definition: inner, permission } of found) {
			// What may not be read is not there; a circle through it is a circle all the same, and found when it runs.
			if (isLimited(principal) && permission?.canRead === false) continue;
			runs.set(id, packagesRunBy(inner));
			known.set(id, { id, name, status, variables: Object.keys(inner.variables), required: requiredOf(inner) });
		}
		open = [...new Set(open.flatMap((id) => runs.get(id) ?? []))].filter((id) => !runs.has(id));
	}
	return new Map(
		direct.flatMap((id) => {
			const found = known.get(id);
			return found === undefined ? [] : [[id, { ...found, circle: self === null ? null : wayTo(self, id, runs) }] as const];
		}),
	);
}

function requiredOf({ variables }: PackageDefinition): string[] {
	return Object.entries(variables).flatMap(([name, variable]) =>
		variable !== null && typeof variable === 'object' && variable.required === true && variable.default === undefined ? [name] : [],
	);
}

/** The shape of the definition is not known yet: whatever looks like a run_package_component counts. */
function packagesRunBy(definition: unknown): number[] {
	const components: unknown = definition !== null && typeof definition === 'object' && 'components' in definition ? definition.components : [];
	if (!Array.isArray(components)) return [];
	const ids = components.flatMap((component: unknown): number[] => {
		const inside: unknown =
			component !== null && typeof component === 'object' && 'run_package_component' in component ? component.run_package_component : null;
		const id: unknown = inside !== null && typeof inside === 'object' && 'package_id' in inside ? inside.package_id : null;
		return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? [id] : [];
	});
	return [...new Set(ids)];
}

/** Ids from a package to another along what each runs, both ends included; breadth first, so the shortest. */
function wayTo(goal: number, from: number, runs: ReadonlyMap<number, readonly number[]>): readonly number[] | null {
	const came = new Map<number, number | null>([[from, null]]);
	for (const id of came.keys()) {
		if (id === goal) {
			const way: number[] = [];
			for (let at: number | null = id; at !== null; at = came.get(at) ?? null) way.unshift(at);
			return way;
		}
		for (const next of runs.get(id) ?? []) if (!came.has(next)) came.set(next, id);
	}
	return null;
}
