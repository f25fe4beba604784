import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/lib/time.ts';
import type { HookMessage } from '../../../src/model/hook.ts';
import { standingAfter } from '../../../src/operations/hooks/attempts.ts';
import { requestFor } from '../../../src/operations/hooks/channels.ts';
import { checkHookUrl } from '../../../src/operations/hooks/send.ts';
import { newSigningSecret } from '../../../src/operations/hooks/signature.ts';

const MAIL = { url: 'https://mail.test/emails', key: 'k', from: 'gate@example.com' };
const failed: HookMessage = {
	id: 'msg_run_failed_run_5',
	type: 'run.failed',
	timestamp: '2026-01-01T00:00:00.000Z',
	subject: 'run:5',
	summary: 'Run 5 of Costs & <more> has failed: no such file',
	data: { account_id: 1, run_id: 5, package_id: 3, package_name: 'Costs & <more>', error: 'no such file' },
};

test('what a web hook is sent is what the Standard Webhooks library accepts, and nothing else is', async () => {
	const secret = newSigningSecret();
	const now = Date.now();
	const request = await requestFor('web', { url: 'https://example.com/hook', secret }, failed, now, null);
	if (request === null) throw new Error('a web hook needs no mail service');
	const { body, headers } = request;
	const receiver = new Webhook(secret);
	expect(receiver.verify(body, { ...headers })).toEqual({ type: 'run.failed', timestamp: failed.timestamp, data: { ...failed.data, summary: failed.summary } });
	expect(() => receiver.verify(`${body} `, { ...headers })).toThrow('No matching signature');
	expect(() => receiver.verify(body, { ...headers, 'webhook-id': 'msg_other' })).toThrow('No matching signature');
	expect(() => new Webhook(newSigningSecret()).verify(body, { ...headers })).toThrow('No matching signature');
	const old = await requestFor('web', { url: 'https://example.com/hook', secret }, failed, now - HOUR, null);
	expect(() => receiver.verify(old?.body ?? '', { ...old?.headers })).toThrow('timestamp too old');
});

test('Slack reads the text as text, whatever a package is called', async () => {
	const request = await requestFor('slack', { url: 'https://hooks.slack.com/services/T/B/x' }, failed, 0, null);
	expect(request).toEqual({
		url: 'https://hooks.slack.com/services/T/B/x',
		headers: {},
		body: '{"text":"Run 5 of Costs &amp; &lt;more&gt; has failed: no such file"}',
	});
});

test('PagerDuty is told of a failure, and that it is over when the package completes; what is no failure alarms nobody', async () => {
	const request = (message: HookMessage) => requestFor('pagerduty', { routing_key: 'r' }, message, 0, null);
	const sent = async (message: HookMessage) => JSON.parse((await request(message))?.body ?? '');
	expect(await sent(failed)).toMatchObject({
		routing_key: 'r',
		event_action: 'trigger',
		dedup_key: 'headgate:1:package:3',
		payload: { summary: failed.summary, source: 'headgate', severity: 'error', timestamp: failed.timestamp, custom_details: { run_id: 5 } },
	});
	expect(await sent({ ...failed, type: 'run.completed' })).toMatchObject({ event_action: 'resolve', dedup_key: 'headgate:1:package:3' });
	expect(await sent({ ...failed, type: 'test' })).toMatchObject({ event_action: 'trigger', dedup_key: failed.id, payload: { severity: 'info' } });
	expect((await request(failed))?.url).toBe('https://events.pagerduty.com/v2/enqueue');
	const started = { ...failed, type: 'run.started' } as const;
	expect((await request(started))?.url).toBe('https://events.pagerduty.com/v2/change/enqueue');
	const { summary, timestamp, data } = failed;
	expect(await sent(started)).toEqual({ routing_key: 'r', payload: { summary, timestamp, source: 'headgate', custom_details: data } });
});

test('a letter goes to its address through the mail service, as one however often it is sent; without a service there is none', async () => {
	const request = await requestFor('email', { to: 'ann@example.com' }, { ...failed, summary: 'a\nbreak' }, 0, MAIL);
	expect(request).toMatchObject({ url: MAIL.url, headers: { Authorization: 'Bearer k', 'Idempotency-Key': `${failed.id}_ann@example.com` } });
	expect(JSON.parse(request?.body ?? '')).toMatchObject({ from: 'gate@example.com', to: ['ann@example.com'], subject: 'a break' });
	expect(await requestFor('email', { to: 'ann@example.com' }, failed, 0, null)).toBeNull();
});

describe('a delivery', () => {
	const failure = { outcome: 'failed', error: 'answered 500', retryAfter: null } as const;

	test('that failed comes again later and later, eight times in all', () => {
		const pauses = [1, 2, 3, 4, 5, 6, 7].map((attempts) => (standingAfter(failure, attempts, 0, 0).nextAttemptAt ?? 0) / MINUTE);
		expect(pauses).toEqual([1 / 12, 1, 5, 30, 120, 360, 720]);
		expect(standingAfter(failure, 8, 0, 0)).toEqual({ status: 'dead', nextAttemptAt: null });
	});

	test('waits as long as the receiver asks, within half a day, and never all at once', () => {
		expect(standingAfter({ ...failure, retryAfter: HOUR }, 1, 0, 0).nextAttemptAt).toBe(HOUR);
		expect(standingAfter({ ...failure, retryAfter: 900 * HOUR }, 1, 0, 0).nextAttemptAt).toBe(12 * HOUR);
		expect(standingAfter(failure, 2, 0, 1).nextAttemptAt).toBe(1.2 * MINUTE);
	});

	test('ends with success, and with a receiver that wants no more', () => {
		expect(standingAfter({ ...failure, outcome: 'delivered' }, 3, 0, 0)).toEqual({ status: 'delivered', nextAttemptAt: null });
		expect(standingAfter({ ...failure, outcome: 'gone' }, 1, 0, 0)).toEqual({ status: 'dead', nextAttemptAt: null });
	});
});

test.each([
	'http://example.com/hook',
	'https://user:password@example.com/',
	'https://127.0.0.1/',
	'https://0x7f.1/',
	'https://[::1]/',
	'https://169.254.169.254/latest/meta-data',
	'https://localhost/',
	'https://db.internal/',
	'ftp://example.com/',
	'javascript:alert(1)',
	'',
])('%j is no place for a web hook', (url) => {
	expect(() => checkHookUrl(url, false)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
