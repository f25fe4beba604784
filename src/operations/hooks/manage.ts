import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import { type HookEvent, type HookKind, type HookMessage, hookEventSchema } from '../../model/hook.ts';
import { deleteHook, deliveriesOf, type HookDeliveryRow, type HookRow, hookById, hooksOf, insertHook, setHookEnabled } from '../../store/hooks.ts';
import { packagesByIds } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import type { HookSecrets } from './channels.ts';
import { checkHookUrl } from './send.ts';
import { newSigningSecret } from './signature.ts';

/** An account that needs more tells one receiver, which tells the others. */
export const MOST_HOOKS = 50;
const MOST_PACKAGES = 50;
const DELIVERIES_SHOWN = 20;

/** Whose hooks: the account, and the person who acts. */
export interface HookOwner {
	readonly accountId: number;
	/** Null: the administration API. */
	readonly userId: number | null;
}

export interface NewHook {
	readonly kind: HookKind;
	readonly name: string;
	readonly events: readonly HookEvent[];
	/** Only runs of these; none is every package, and clusters too. */
	readonly package_ids?: readonly number[] | undefined;
	/** web and slack: where to; email: to whom; pagerduty: the routing key of an integration. */
	readonly destination: string;
}

export interface HookView {
	readonly id: number;
	readonly kind: HookKind;
	readonly name: string;
	readonly enabled: boolean;
	/** Without what is secret of it. */
	readonly target: string;
	readonly events: readonly HookEvent[];
	readonly package_ids: readonly number[];
	readonly created_at: string;
}

export interface DeliveryView {
	readonly message_id: string;
	readonly event: string;
	readonly subject: string;
	readonly status: HookDeliveryRow['status'];
	readonly attempts: number;
	readonly last_error: string | null;
	readonly next_attempt_at: string | null;
	readonly created_at: string;
}

/** Makes a hook. The signing secret of a web hook is in this answer and nowhere else. */
export async function createHook(
	context: OperationContext,
	owner: HookOwner,
	input: NewHook,
): Promise<{ readonly hook: HookView; readonly signing_secret: string | null }> {
	const { accountId } = owner;
	const name = input.name.trim();
	if (name === '' || name.length > 100)
		throw new AppError('invalid_input', `the name has ${name.length} characters`, { hint: 'A hook has a name of 1 to 100 characters.' });
	const events = hookEventSchema.options.filter((event) => input.events.includes(event));
	if (events.length === 0) throw new AppError('invalid_input', 'no event is chosen', { hint: `Choose at least one of ${hookEventSchema.options.join(', ')}.` });
	const packageIds = await knownPackages(context, accountId, input.package_ids ?? []);
	if ((await hooksOf(context.store, accountId, MOST_HOOKS)).length >= MOST_HOOKS) {
		throw new AppError('limit', `the account has ${MOST_HOOKS} hooks`, { hint: 'Remove one that is not needed any more.' });
	}
	const { target, secrets } = destinationOf(context, input.kind, input.destination.trim());
	const now = context.clock();
	const sealed = await context.sealer.seal({ kind: 'hook', accountId }, JSON.stringify(secrets));
	const row = { accountId, kind: input.kind, name, target, events, packageIds, secrets: sealed, createdBy: owner.userId, createdAt: now, updatedAt: now };
	const id = await insertHook(context.store, row);
	return { hook: hookView({ ...row, id, enabled: true }), signing_secret: secrets['secret'] ?? null };
}

async function knownPackages({ store }: OperationContext, accountId: number, ids: readonly number[]): Promise<number[]> {
	const wanted = [...new Set(ids)];
	if (wanted.length > MOST_PACKAGES)
		throw new AppError('limit', `${wanted.length} packages are named`, { hint: `Name at most ${MOST_PACKAGES}, or none for all.` });
	const known = new Set(wanted.length === 0 ? [] : await packagesByIds(store, accountId, wanted));
	const unknown = wanted.find((id) => !known.has(id));
	if (unknown === undefined) return wanted;
	throw new AppError('not_found', `package ${unknown} not found in this account`, { hint: 'Give ids of packages of this account.' });
}

/** What is shown of where a hook goes, and what is sealed. */
function destinationOf(context: OperationContext, kind: HookKind, given: string): { readonly target: string; readonly secrets: HookSecrets } {
	if (kind === 'web') {
		const url = checkHookUrl(given, context.connectorEnv.allowPrivateHosts);
		// A query often carries a key.
		return { target: `${url.origin}${url.pathname}`, secrets: { url: url.href, secret: newSigningSecret() } };
	}
	if (kind === 'slack') {
		if (!/^https:\/\/hooks\.slack(-gov)?\.com\/(services|workflows|triggers)\/[A-Za-z0-9/_-]{1,300}$/.test(given)) {
			throw new AppError('invalid_input', 'that is no address of a Slack incoming webhook', {
				hint: 'It begins with https://hooks.slack.com/services/; Slack shows it under Incoming Webhooks.',
			});
		}
		return { target: 'hooks.slack.com', secrets: { url: given } };
	}
	if (kind === 'pagerduty') {
		if (!/^[A-Za-z0-9]{32}$/.test(given)) {
			throw new AppError('invalid_input', 'that is no routing key of PagerDuty', {
				hint: 'An integration of type Events API v2 shows one of 32 letters and digits.',
			});
		}
		return { target: 'events.pagerduty.com', secrets: { routing_key: given } };
	}
	if (!/^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,190}\.[^\s@<>,;".]{2,}$/.test(given)) {
		throw new AppError('invalid_input', `${JSON.stringify(given.slice(0, 100))} is no e-mail address`, { hint: 'Give one address, such as team@example.com.' });
	}
	if (context.mail === null) {
		throw new AppError('conflict', 'this gateway has no mail service', {
			hint: 'Its operator sets HEADGATE_EMAIL_FROM and the secret HEADGATE_EMAIL_API_KEY.',
		});
	}
	return { target: given, secrets: { to: given } };
}

/** Newest first. */
export async function listHooks({ store }: OperationContext, accountId: number): Promise<HookView[]> {
	return (await hooksOf(store, accountId, MOST_HOOKS)).map(hookView);
}

/** One hook with its latest deliveries. */
export async function getHook(
	{ store }: OperationContext,
	accountId: number,
	id: number,
): Promise<HookView & { readonly deliveries: readonly DeliveryView[] }> {
	const hook = await hookById(store, accountId, id);
	if (hook === null) throw hookNotFound(id);
	return { ...hookView(hook), deliveries: (await deliveriesOf(store, id, DELIVERIES_SHOWN)).map(deliveryView) };
}

/** One that is off is told nothing; what waited for it is given up. */
export async function switchHook({ store, clock }: OperationContext, accountId: number, id: number, enabled: boolean): Promise<void> {
	if (!(await setHookEnabled(store, accountId, id, enabled, clock()))) throw hookNotFound(id);
}

export async function removeHook({ store }: OperationContext, accountId: number, id: number): Promise<void> {
	if (!(await deleteHook(store, accountId, id))) throw hookNotFound(id);
}

/** Sends a message that tells of nothing; its outcome stands among the deliveries. */
export async function testHook(context: OperationContext, accountId: number, id: number): Promise<{ readonly message_id: string }> {
	const hook = await hookById(context.store, accountId, id);
	if (hook === null) throw hookNotFound(id);
	if (!hook.enabled) throw new AppError('conflict', `hook ${id} is disabled`, { hint: 'Enable it first.' });
	const now = context.clock();
	const message: HookMessage = {
		id: `msg_test_${crypto.randomUUID().replaceAll('-', '')}`,
		type: 'test',
		timestamp: iso(now),
		subject: `hook:${id}`,
		summary: `A test of the hook ${hook.name}`,
		data: { account_id: accountId, hook_id: id },
	};
	await context.deliveries(accountId).accept(message, [id]);
	return { message_id: message.id };
}

function hookNotFound(id: number): AppError {
	return new AppError('not_found', `hook ${id} not found in this account`, { hint: 'Settings → Hooks lists those there are.' });
}

function hookView({
	id,
	kind,
	name,
	enabled,
	target,
	events,
	packageIds,
	createdAt,
}: Pick<HookRow, 'id' | 'kind' | 'name' | 'enabled' | 'target' | 'events' | 'packageIds' | 'createdAt'>): HookView {
	return { id, kind, name, enabled, target, events, package_ids: packageIds, created_at: iso(createdAt) };
}

function deliveryView(row: HookDeliveryRow): DeliveryView {
	const { messageId: message_id, event, subject, status, attempts, lastError: last_error, nextAttemptAt, createdAt } = row;
	return { message_id, event, subject, status, attempts, last_error, next_attempt_at: iso(nextAttemptAt), created_at: iso(createdAt) };
}
