import type { HookKind, HookMessage } from '../../model/hook.ts';
import { signature } from './signature.ts';

/** What a hook was made with; sealed at rest. */
export type HookSecrets = Readonly<Record<string, string>>;

/** The mail service of the deployment; null where none is configured. */
export interface MailService {
	readonly url: string;
	readonly key: string;
	readonly from: string;
}

export interface HookRequest {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** A message as a hook's receiver takes it. `now`: milliseconds. Null where the deployment has no mail service. */
export async function requestFor(
	kind: HookKind,
	secrets: HookSecrets,
	message: HookMessage,
	now: number,
	mail: MailService | null,
): Promise<HookRequest | null> {
	switch (kind) {
		case 'web':
			return signed(secrets, message, now);
		case 'slack':
			return { url: secrets['url'] ?? '', headers: {}, body: JSON.stringify({ text: escaped(message.summary) }) };
		case 'pagerduty':
			return { url: PAGERDUTY, headers: {}, body: JSON.stringify(alert(secrets, message)) };
		case 'email':
			return mail === null ? null : letter(mail, secrets, message);
	}
}

/** PagerDuty's Events API v2. */
const PAGERDUTY = 'https://events.pagerduty.com/v2/enqueue';

/** Standard Webhooks: id, moment and body under one signature, so that neither can be exchanged or replayed later. */
async function signed(secrets: HookSecrets, message: HookMessage, now: number): Promise<HookRequest> {
	const { id, type, timestamp, summary, data } = message;
	const body = JSON.stringify({ type, timestamp, data: { ...data, summary } });
	const seconds = Math.floor(now / 1000);
	const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': await signature(secrets['secret'] ?? '', id, seconds, body) };
	return { url: secrets['url'] ?? '', headers, body };
}

/** What failed is an incident until the same package completes; what went well resolves it. */
function alert(secrets: HookSecrets, { id, type, timestamp, subject, summary, data }: HookMessage) {
	const about = data['package_id'] === undefined ? subject : `package:${data['package_id']}`;
	const failed = type === 'run.failed' || type === 'cluster.error';
	const well = type === 'run.completed' || type === 'cluster.available';
	return {
		routing_key: secrets['routing_key'],
		event_action: well ? 'resolve' : 'trigger',
		dedup_key: failed || well ? `headgate:${data['account_id']}:${about}` : id,
		payload: { summary: summary.slice(0, 1024), source: 'headgate', severity: failed ? 'error' : 'info', timestamp, custom_details: data },
	};
}

/** Resend's API; others speak the same. The key makes a repeated letter one letter. */
function letter(mail: MailService, secrets: HookSecrets, { id, summary, data, timestamp }: HookMessage): HookRequest {
	const lines = Object.entries({ ...data, at: timestamp }).map(([name, value]) => `${name}: ${value ?? ''}`);
	return {
		url: mail.url,
		headers: { Authorization: `Bearer ${mail.key}`, 'Idempotency-Key': `${id}_${secrets['to']}`.slice(0, 256) },
		body: JSON.stringify({
			from: mail.from,
			to: [secrets['to']],
			subject: summary.replaceAll(/\s+/g, ' ').slice(0, 200),
			text: `${summary}\n\n${lines.join('\n')}\n`,
		}),
	};
}

/** Slack reads three characters as its own. */
function escaped(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
