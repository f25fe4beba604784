import { refusePrivateHost } from '../../connectors/private-host.ts';
import { AppError } from '../../lib/errors.ts';
import { redactor } from '../../lib/redact.ts';
import { Secret } from '../../lib/secret.ts';
import type { HookMessage } from '../../model/hook.ts';
import type { HookRow } from '../../store/hooks.ts';
import type { OperationContext } from '../context.ts';
import { type HookRequest, type HookSecrets, requestFor } from './channels.ts';

/** Receivers are asked to answer at once and work later. */
const PATIENCE_MS = 15_000;
const ANSWER_SHOWN = 200;

/** How an attempt went. `gone`: the receiver wants no more (410). */
export interface Attempt {
	readonly outcome: 'delivered' | 'failed' | 'gone';
	/** What the receiver said, or why it could not be reached; nothing secret. */
	readonly error: string | null;
	/** Milliseconds that the receiver asks to wait; null where it says nothing. */
	readonly retryAfter: number | null;
}

type SendContext = Pick<OperationContext, 'sealer' | 'connectorEnv' | 'clock' | 'mail'>;

/** Sends a message to one hook, once. Never throws: what went wrong is the attempt. */
export async function attemptDelivery(context: SendContext, hook: HookRow, message: HookMessage): Promise<Attempt> {
	let hide = (text: string) => text;
	try {
		const sealed = await context.sealer.open({ kind: 'hook', accountId: hook.accountId }, hook.secrets);
		const secrets = JSON.parse(sealed.reveal()) as HookSecrets;
		hide = redactor(hidden(hook, secrets).map((value) => new Secret(value)));
		const request = await requestFor(hook.kind, secrets, message, context.clock(), context.mail);
		if (request === null) return failed('this gateway has no mail service: HEADGATE_EMAIL_API_KEY is not set');
		return await exchanged(context, hook.kind === 'web', request, hide);
	} catch (error) {
		if (error instanceof AppError) return failed(hide(error.message));
		return failed(
			hide(error instanceof Error && error.name === 'TimeoutError' ? `no answer within ${PATIENCE_MS / 1000} s` : 'the receiver could not be reached'),
		);
	}
}

/** Of a web hook's URL the query is not shown, for it often carries a key; a Slack URL is one as a whole. */
function hidden({ kind }: HookRow, secrets: HookSecrets): string[] {
	if (kind === 'email') return [];
	const { url = '', ...others } = secrets;
	const address = kind === 'web' ? (URL.parse(url)?.search.slice(1) ?? '') : url;
	return [address, ...Object.values(others)].filter((value) => value !== '');
}

async function exchanged(
	{ connectorEnv }: SendContext,
	chosen: boolean,
	{ url, headers, body }: HookRequest,
	hide: (text: string) => string,
): Promise<Attempt> {
	if (chosen) checkHookUrl(url, connectorEnv.allowPrivateHosts);
	const response = await connectorEnv.fetch(url, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', 'User-Agent': 'headgate-hooks', ...headers },
		body,
		// A redirect could lead what is signed, or a key, to a host that nobody checked.
		redirect: 'manual',
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	if (response.ok) {
		await response.body?.cancel();
		return { outcome: 'delivered', error: null, retryAfter: null };
	}
	const said = hide(await beginning(response));
	const error = `answered ${response.status}${said === '' ? '' : `: ${said}`}`;
	return { outcome: response.status === 410 ? 'gone' : 'failed', error, retryAfter: retryAfterOf(response) };
}

/** Refuses what is no https URL of a public host. */
export function checkHookUrl(text: string, allowPrivateHosts: boolean): URL {
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url === null || (url.protocol !== 'https:' && !(allowPrivateHosts && url.protocol === 'http:')) || url.username !== '' || url.password !== '') {
		throw new AppError('invalid_input', 'the URL is not an https address without user name and password', {
			hint: 'Give one like https://example.com/hooks/headgate.',
		});
	}
	refusePrivateHost(url.hostname, allowPrivateHosts);
	return url;
}

async function beginning(response: Response): Promise<string> {
	const reader = response.body?.getReader();
	const first = await reader?.read();
	await reader?.cancel().catch(() => {});
	return new TextDecoder().decode(first?.value).replaceAll(/\s+/g, ' ').slice(0, ANSWER_SHOWN).trim();
}

function retryAfterOf({ headers }: Response): number | null {
	const seconds = Number(headers.get('Retry-After') ?? Number.NaN);
	return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null;
}

function failed(error: string): Attempt {
	return { outcome: 'failed', error, retryAfter: null };
}
