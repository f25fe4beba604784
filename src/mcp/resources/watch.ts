import { AppError } from '../../lib/errors.ts';
import type { Change } from '../../operations/notices/ports.ts';
import type { Topic } from '../../operations/notices/topics.ts';
import { packageFor, packageIdByName } from '../../operations/packages/access.ts';
import { runRights } from '../../operations/runs/access.ts';
import { runOf } from '../../operations/runs/run-of.ts';
import type { Exchange } from '../exchange.ts';
import { visibleTools } from '../policy/visible.ts';
import type { Watching } from '../surface.ts';
import { RESOURCES } from './index.ts';
import { matchUri } from './uri.ts';

/** What stands at a URI, by the tool that reads it. */
type Watched = { readonly tool: string } & ({ readonly run: number } | { readonly package: number } | { readonly packageName: string });

/** Resources that change: runs, their logs, packages by id and by name. What is the same for everybody is not watched. */
export const watching: Watching = { mayWatch, topic, concerns };

/** Whether the resource is there for this principal, and so may be watched: the same tool, the same permissions as reading it, without reading it. */
async function mayWatch(uri: string, { principal, operations }: Exchange): Promise<boolean> {
	const watched = watchedAt(uri);
	if (watched === null || !(await visibleTools(principal, operations)).byName.has(watched.tool)) return false;
	if ('run' in watched) return there(async () => runRights(operations, principal, await runOf(operations, principal, watched.run)));
	if ('package' in watched) return there(() => packageFor(operations, principal, watched.package, 'read'));
	return there(() => packageIdByName(operations, principal, watched.packageName));
}

function topic(uri: string): Topic | null {
	const watched = watchedAt(uri);
	if (watched === null) return null;
	return 'run' in watched ? `run:${watched.run}` : 'packages';
}

function concerns(uri: string, change: Change): boolean {
	const watched = typeof change === 'string' ? null : watchedAt(uri);
	if (watched === null || typeof change === 'string') return false;
	if ('run' in change) return 'run' in watched && watched.run === change.run;
	if (!('package' in change)) return false;
	if ('package' in watched) return watched.package === change.package;
	return 'packageName' in watched && change.names.some((name) => name.toLowerCase() === watched.packageName.toLowerCase());
}

function watchedAt(uri: string): Watched | null {
	for (const { uriTemplate, tool, call } of RESOURCES) {
		const variables = matchUri(uriTemplate, uri);
		const given = variables === null ? null : call(variables);
		if (given === null) continue;
		const { run_id, package_id, name } = given;
		if (typeof run_id === 'number') return { tool, run: run_id };
		if (typeof package_id === 'number') return { tool, package: package_id };
		if (typeof name === 'string') return { tool, packageName: name };
	}
	return null;
}

async function there(find: () => Promise<unknown>): Promise<boolean> {
	try {
		await find();
		return true;
	} catch (error) {
		if (error instanceof AppError && ['not_found', 'forbidden', 'conflict'].includes(error.code)) return false;
		throw error;
	}
}
