import { AppError } from '../../lib/errors.ts';
import { packageFor } from '../../operations/packages/access.ts';
import { runRights } from '../../operations/runs/access.ts';
import { runOf } from '../../operations/runs/run-of.ts';
import type { Exchange } from '../exchange.ts';
import { visibleTools } from '../policy/visible.ts';
import { RESOURCES } from './index.ts';
import { matchUri } from './uri.ts';

/** Whether the resource is there for this principal, and so may be watched: the same tool, the same permissions as reading it, without reading it. */
export async function mayWatch(uri: string, { principal, operations }: Exchange): Promise<boolean> {
	const { byName } = await visibleTools(principal, operations);
	for (const kind of RESOURCES) {
		const variables = matchUri(kind.uriTemplate, uri);
		const given = variables === null ? null : kind.call(variables);
		if (given === null) continue;
		if (!byName.has(kind.tool)) return false;
		const { run_id, package_id } = given;
		if (typeof run_id === 'number') return there(async () => runRights(operations, principal, await runOf(operations, principal, run_id)));
		if (typeof package_id === 'number') return there(() => packageFor(operations, principal, package_id, 'read'));
	}
	return false;
}

async function there(find: () => Promise<unknown>): Promise<boolean> {
	try {
		await find();
		return true;
	} catch (error) {
		if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) return false;
		throw error;
	}
}
