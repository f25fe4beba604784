import { matchesGlob } from '../../engine/scan/glob.ts';
import { isLimited } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { TargetUsers } from '../../model/views/mapping.ts';
import { type TargetUse, usesOf } from '../../store/package-targets.ts';
import type { OperationContext } from '../context.ts';
import { cursorFor, type PageRequest, pagePosition } from '../page.ts';
import { apiKey, tableKey } from './targets.ts';

export interface UsersOfTargetInput extends PageRequest {
	/** A table (`orders`, `public.orders`), a file or folder, or the path of an API. */
	readonly target: string;
	readonly direction?: 'read' | 'write' | undefined;
}

const PAGE = { list: 'target-users', normal: 50, most: 200 };
/** Folders above a file that are asked for. */
const MOST_FOLDERS = 12;

/** Which active packages write or read a table, file or API, newest first, 50 a page (most 200): from an index, not by looking at packages. */
export async function usersOfTarget(context: OperationContext, principal: Principal, input: UsersOfTargetInput): Promise<TargetUsers> {
	const { limit, from } = pagePosition(input, PAGE);
	const target = input.target.trim();
	const directions = input.direction === undefined ? (['write', 'read'] as const) : ([input.direction] as const);
	const { uses, pending } = await usesOf(context.store, principal.account.id, namesOf(target), directions, {
		viewer: isLimited(principal) ? principal.user.id : null,
		before: from ?? Number.MAX_SAFE_INTEGER,
		rows: limit + 1,
	});
	// A name that gave all it was asked for may have more: behind its last row nothing is complete.
	const reach = Math.max(0, ...lastOfFull(uses, limit + 1));
	const known = uses.filter((use) => use.package_id > reach).sort((a, b) => b.package_id - a.package_id);
	const shown = known.filter((use) => use.hidden === 0 && fits(use, target));
	const page = wholePackages(shown, limit);
	const last = page.at(-1)?.package_id;
	const more = page.length < shown.length && last !== undefined ? last : reach === 0 ? null : reach + 1;
	return {
		users: page.map(({ hidden: _, name: __, ...use }) => use),
		complete: !pending,
		next_cursor: more === null ? null : cursorFor(PAGE.list, more),
	};
}

/** Names under which the target may stand in the index. */
function namesOf(target: string): string[] {
	const path = target.replace(/^\/+/, '');
	const folders = path.split('/').slice(0, MOST_FOLDERS);
	const above = folders.map((_, i) => (i === 0 ? '/' : `/${folders.slice(0, i).join('/')}/`));
	return [...new Set([tableKey(target).name, apiKey(target), ...above, `/${path.replace(/\/+$/, '')}/`])];
}

function fits(use: TargetUse, target: string): boolean {
	if (use.kind === 'table') {
		const [asked, used] = [tableKey(target), tableKey(use.place)];
		return asked.name === used.name && (asked.schema === null || used.schema === null || asked.schema === used.schema);
	}
	if (use.kind === 'api') return apiKey(target) === use.name;
	const path = target.replace(/^\/+/, '');
	if (use.place === path || use.place === `${path}/` || `${use.place}/` === path) return true;
	// A folder that is written or read holds the file; a folder that is asked for holds what is in it.
	if (use.place.endsWith('/') || use.place === '') return path.startsWith(use.place);
	const folder = path.endsWith('/') ? path : `${path}/`;
	if (use.place.startsWith(folder)) return true;
	return /[*?{[]/.test(use.place) ? globFits(use.place, path) : withoutExtension(path) === withoutExtension(use.place) && use.direction === 'write';
}

/** A destination's file gets its extension when it is written. */
function withoutExtension(path: string): string {
	return path.replace(/(\.[a-z0-9]+)+$/i, '');
}

function globFits(glob: string, path: string): boolean {
	try {
		return matchesGlob(glob, path);
	} catch {
		return false;
	}
}

function lastOfFull(uses: readonly TargetUse[], rows: number): number[] {
	const groups = new Map<string, TargetUse[]>();
	for (const use of uses) {
		const key = `${use.direction} ${use.name}`;
		groups.set(key, [...(groups.get(key) ?? []), use]);
	}
	return [...groups.values()].flatMap((group) => (group.length < rows ? [] : [group.at(-1)?.package_id ?? 0]));
}

/** At least `limit` uses, and all of the last package's: a page ends between packages. */
function wholePackages(uses: readonly TargetUse[], limit: number): TargetUse[] {
	const last = uses[limit - 1]?.package_id;
	return last === undefined ? [...uses] : uses.filter((use) => use.package_id >= last);
}
