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
			return pagerDuty(secrets, message);
		case 'email':
			return mail === null ? null : letter(mail, secrets, message);
	}
}

/** PagerDuty's Events API v2: alerts, which may page somebody, and change events, which do not. */
const PAGERDUTY = { alerts: 'https://events.pagerduty.com/v2/enqueue', changes: 'https://events.pagerduty.com/v2/change/enqueue' } as const;

/** Standard Webhooks: id, moment and body under one signature, so that neither can be exchanged or replayed later. */
async function signed(secrets: HookSecrets, message: HookMessage, now: number): Promise<HookRequest> {
	const { id, type, timestamp, summary, data } = message;
	const body = JSON.stringify({ type, timestamp, data: { ...data, summary } });
	const seconds = Math.floor(now / 1000);
	const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': await signature(secrets['secret'] ?? '', id, seconds, body) };
	return { url: secrets['url'] ?? '', headers, body };
}

/**
 * What failed is an incident until the same package completes, or the same cluster is there again; a test is one too, to be seen.
 * Everything else is a change, which alarms nobody.
 */
function pagerDuty(secrets: HookSecrets, { id, type, timestamp, subject, summary, data }: HookMessage): HookRequest {
	const about = data['package_id'] === undefined ? subject : `package:${data['package_id']}`;
	const failed = type === 'run.failed' || type === 'cluster.error';
	const well = type === 'run.completed' || type === 'cluster.available';
	const said = { summary: summary.slice(0, 1024), source: 'headgate', timestamp, custom_details: data };
	const event = {
		event_action: well ? 'resolve' : 'trigger',
		dedup_key: failed || well ? `headgate:${data['account_id']}:${about}` : id,
		payload: { ...said, severity: failed ? 'error' : 'info' },
	};
	const isAlert = failed || well || type === 'test';
	return {
		url: isAlert ? PAGERDUTY.alerts : PAGERDUTY.changes,
		headers: {},
		body: JSON.stringify({ routing_key: secrets['routing_key'], ...(isAlert ? event : { payload: said }) }),
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
