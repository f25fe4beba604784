import { packagesWithoutTargets, targetStatements } from '../../store/package-targets.ts';
import type { OperationContext } from '../context.ts';
import { packageTargets } from './targets.ts';

/** Definitions may be long: so many are read at once. */
const PACKAGES_A_ROUND = 20;

/** Brings packages into the index of targets that were written before there was one. Gives how many; may be repeated. */
export async function indexTargets({ store }: Pick<OperationContext, 'store'>): Promise<number> {
	const found = await packagesWithoutTargets(store, PACKAGES_A_ROUND);
	const statements = found.flatMap(({ id, version, definition }) => targetStatements(store, id, version, packageTargets(definition)));
	if (statements.length > 0) await store.$client.batch(statements);
	return found.length;
}
