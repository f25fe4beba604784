import { isLimited } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { OperationContext } from '../../operations/context.ts';
import { publishedTools } from '../../operations/publishing/published.ts';
import type { AnyTool } from '../tool.ts';
import { publishedTool } from './published-tool.ts';

/** The published tools of one account as one principal stands to them. */
export interface AccountTools {
	/** Equal where they are the same: the account, the revision of its tools, and the member where permissions narrow it. */
	readonly key: string;
	/** Every one whose package may be read, by name: to say why it may not be called. */
	readonly byName: ReadonlyMap<string, AnyTool>;
	/** Those whose package may be run. */
	readonly runnable: readonly AnyTool[];
}

const NONE: AccountTools = { key: '', byName: new Map(), runnable: [] };

/** Kept while the account's revision, which comes with the token, stays; past this many the memory starts anew. */
const KEPT_ACCOUNTS = 64;
const kept = new Map<string, AccountTools>();

/** Asks the database once an isolate for each revision of an account's tools; never where the account has none. */
export async function accountTools(operations: OperationContext, principal: Principal): Promise<AccountTools> {
	const { account, user, scopes } = principal;
	if (account.toolsRevision === 0) return NONE;
	const key = `${account.id}:${account.toolsRevision}:${isLimited(principal) ? user.id : '*'}:${scopes.has('run') ? 'run' : ''}`;
	const known = kept.get(key);
	if (known !== undefined) return known;
	const found = (await publishedTools(operations, principal)).map(({ runnable, ...publication }) => ({ runnable, tool: publishedTool(publication) }));
	const made = { key, byName: new Map(found.map(({ tool }) => [tool.name, tool])), runnable: found.filter((each) => each.runnable).map(({ tool }) => tool) };
	if (kept.size >= KEPT_ACCOUNTS) kept.clear();
	kept.set(key, made);
	return made;
}
