import { AppError } from '../../lib/errors.ts';
import { isLimited } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import { type SearchHit, type SearchKind, searchEach } from '../../store/search.ts';
import type { OperationContext } from '../context.ts';
import { within } from '../page.ts';

const KIND_OF = {
	packages: 'package',
	connections: 'connection',
	clusters: 'cluster',
	workspaces: 'workspace',
	schedules: 'schedule',
	runs: 'run',
} as const satisfies Record<string, SearchKind>;

export type SearchType = keyof typeof KIND_OF;

/** D1 binds 100 parameters a statement; nobody means more words than this. */
const MOST_WORDS = 12;

/** What holds every word of the query, by name, description, component names, or (runs) the error; 10 of each type unless given, most 50. */
export async function searchAll(
	context: OperationContext,
	principal: Principal,
	input: { readonly query: string; readonly types?: readonly SearchType[] | undefined; readonly per_type_limit?: number | undefined },
): Promise<{ results: SearchHit[] }> {
	const limit = within('per_type_limit', input.per_type_limit ?? 10, 1, 50);
	const words = input.query
		.replaceAll('\0', ' ')
		.split(/\s+/)
		.filter((word) => word !== '');
	if (words.length === 0 || words.length > MOST_WORDS) {
		throw new AppError('invalid_input', `query has ${words.length} words`, { hint: `Give 1 to ${MOST_WORDS} words; all of them must be found.` });
	}
	const types = input.types === undefined || input.types.length === 0 ? (Object.keys(KIND_OF) as SearchType[]) : [...new Set(input.types)];
	const kinds = types.map((type) => KIND_OF[type]);
	return { results: await searchEach(context.store, principal.account.id, isLimited(principal) ? principal.user.id : null, kinds, words, limit) };
}
