import { randomToken, sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { DAY, iso } from '../../lib/time.ts';
import { type Scope, scopeSchema } from '../../model/principal.ts';
import { grantByToken, insertPersonalToken } from '../../store/tokens.ts';
import { memberByEmail } from '../../store/users.ts';
import type { OperationContext } from '../context.ts';
import { scopesOf } from '../tokens/resolve.ts';
import { requireAccountNamed } from './accounts.ts';

export interface CreateTokenInput {
	/** Slug or number. */
	readonly account: string;
	/** E-mail address of a member. */
	readonly user: string;
	readonly name: string;
	readonly scopes: readonly Scope[];
	/** Milliseconds from its making, at most ten years and a bit; null never. */
	readonly expires_in: number | null;
	readonly read_only?: boolean | undefined;
	/** Names of the only tools it may call; null is all. */
	readonly tools?: readonly string[] | null | undefined;
	/** A value of the caller's choosing, of the same form; giving it again finds the grant it made. For a gateway on its owner's machine. */
	readonly token?: string | undefined;
}

/** A prefix that secret scanners can match. */
const PREFIX = 'mcp_';
const FORM = /^mcp_[A-Za-z0-9_-]{43}$/;
const LONGEST_LIFE = 3_660 * DAY;

/** A personal access token for a member. The token is in this answer and nowhere else. */
export async function createToken(
	context: Pick<OperationContext, 'store' | 'clock'>,
	input: CreateTokenInput,
): Promise<{ token: string; grant_id: number; name: string; scopes: readonly Scope[]; expires_at: string | null }> {
	const name = input.name.trim();
	if (name.length === 0 || name.length > 100)
		throw new AppError('invalid_input', `name has ${name.length} characters`, {
			hint: 'A token has a name of 1 to 100 characters, e.g. "Claude Desktop on MacBook".',
		});
	const scopes = checkedScopes(input.scopes);
	const now = context.clock();
	const expiresAt = input.expires_in === null ? null : now + checkedLife(input.expires_in);
	const account = await requireAccountNamed(context, input.account);
	const email = input.user.trim().toLowerCase();
	const member = await memberByEmail(context.store, account.id, email);
	if (member === null) {
		throw new AppError('not_found', `${JSON.stringify(email.slice(0, 80))} is no member of account ${account.slug}`, {
			hint: `headgate user create EMAIL --account ${account.slug} --role owner|editor|viewer makes one.`,
		});
	}
	const token = input.token === undefined ? PREFIX + randomToken() : checkedForm(input.token);
	const hash = await sha256Hex(token);
	const existing = input.token === undefined ? null : await grantOfToken(context, hash, account.id, member.id);
	if (existing !== null) {
		return { token, grant_id: existing.id, name: existing.name, scopes: scopesOf(existing.scopes), expires_at: iso(existing.expiresAt) };
	}
	const grantId = await insertPersonalToken(context.store, {
		hash,
		accountId: account.id,
		userId: member.id,
		name,
		scopes: scopes.join(' '),
		tools: input.tools === undefined || input.tools === null ? null : [...input.tools],
		readOnly: input.read_only ?? false,
		expiresAt,
		now,
	});
	return { token, grant_id: grantId, name, scopes, expires_at: iso(expiresAt) };
}

async function grantOfToken(context: Pick<OperationContext, 'store'>, hash: string, accountId: number, userId: number) {
	const grant = await grantByToken(context.store, hash);
	if (grant === null) return null;
	if (grant.accountId === accountId && grant.userId === userId && grant.revokedAt === null) return grant;
	throw new AppError('conflict', 'this token exists already, for somebody else or revoked', { hint: 'Choose another one.' });
}

function checkedForm(token: string): string {
	if (FORM.test(token)) return token;
	throw new AppError('invalid_input', 'the chosen token has not the form of one', { hint: 'A token is mcp_ and 43 characters of base64url.' });
}

function checkedScopes(scopes: readonly Scope[]): readonly Scope[] {
	const known = new Set<string>(scopeSchema.options);
	const wrong = scopes.find((scope) => !known.has(scope));
	if (wrong === undefined && scopes.length > 0) return [...new Set(scopes)];
	throw new AppError('invalid_input', wrong === undefined ? 'scopes is empty' : `scope ${JSON.stringify(wrong)} does not exist`, {
		hint: `Scopes are ${scopeSchema.options.join(', ')}; admin includes all, write and run include read.`,
	});
}

function checkedLife(milliseconds: number): number {
	if (Number.isSafeInteger(milliseconds) && milliseconds > 0 && milliseconds <= LONGEST_LIFE) return milliseconds;
	throw new AppError('invalid_input', `expires_in is ${milliseconds} ms`, { hint: 'A token lives more than 0 and at most 10 years, or for ever with null.' });
}
