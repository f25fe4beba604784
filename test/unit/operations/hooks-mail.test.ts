import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import type { HookMessage } from '../../../src/model/hook.ts';
import { sealerFrom } from '../../../src/operations/connections/seal.ts';
import { attemptDelivery } from '../../../src/operations/hooks/send.ts';
import type { HookRow } from '../../../src/store/hooks.ts';

const KEY = 're_of_this_deployment';
const message: HookMessage = {
	id: 'msg_run_failed_run_5',
	type: 'run.failed',
	timestamp: '2026-01-01T00:00:00.000Z',
	subject: 'run:5',
	summary: 'Run 5 of Costs has failed: no such file',
	data: { account_id: 1, run_id: 5, package_id: 3, package_name: 'Costs', error: 'no such file' },
};

/** POST /emails as Resend documents it (https://resend.com/docs/api-reference/emails/send-email); what it does not name is refused. */
const letterSchema = z.strictObject({
	from: z.string().regex(/^([^<>]+ <)?[^@\s<>]+@[^@\s<>]+>?$/),
	to: z.array(z.email()).min(1).max(50),
	subject: z.string().min(1),
	text: z.string().min(1),
});

interface Answer {
	readonly status: number;
	readonly body: object;
	readonly headers?: Record<string, string>;
}

/** What the service says next instead of taking the letter. */
let saying: Answer | null = null;
/** Letters by their keys: the service sends those of one key once, for a day. */
const letters = new Map<string, string>();
let received: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = [];

const problem = (statusCode: number, name: string, text: string): Answer => ({ status: statusCode, body: { statusCode, name, message: text } });

function judge(request: IncomingMessage, body: string): Answer {
	const { authorization, 'content-type': type, 'user-agent': agent } = request.headers;
	const key = request.headers['idempotency-key'];
	if (request.method !== 'POST' || request.url !== '/emails') return problem(404, 'not_found', 'The requested endpoint does not exist.');
	if (agent === undefined) return problem(403, 'forbidden', 'A User-Agent is needed.');
	if (authorization === undefined) return problem(401, 'missing_api_key', 'Missing API key in the authorization header.');
	if (authorization !== `Bearer ${KEY}`) return problem(403, 'invalid_api_key', 'API key is invalid.');
	if (type !== 'application/json') return problem(400, 'validation_error', 'The body is no JSON.');
	if (typeof key !== 'string' || key.length > 256) return problem(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.');
	const letter = letterSchema.safeParse(JSON.parse(body));
	if (!letter.success) return problem(422, 'validation_error', z.prettifyError(letter.error));
	const before = letters.get(key);
	if (before !== undefined && before !== body) return problem(409, 'invalid_idempotent_request', 'Same idempotency key used with a different request payload.');
	letters.set(key, body);
	return { status: 200, body: { id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' } };
}

const service = createServer(async (request, response) => {
	let body = '';
	for await (const piece of request) body += piece;
	received.push({ headers: request.headers, body });
	const { status, body: said, headers = {} } = saying ?? judge(request, body);
	response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(said));
});

const sealer = sealerFrom(Buffer.alloc(32).toString('base64'));
let url = '';
let hook: HookRow;

beforeAll(async () => {
	await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/emails`;
	const secrets = await sealer.seal({ kind: 'hook', accountId: 1 }, JSON.stringify({ to: 'team@example.com' }));
	hook = {
		id: 1,
		accountId: 1,
		kind: 'email',
		name: 'team',
		enabled: true,
		target: 'team@example.com',
		events: ['run.failed'],
		packageIds: [],
		secrets,
		createdBy: null,
		createdAt: 0,
		updatedAt: 0,
	};
});
afterAll(() => service.close());
beforeEach(() => {
	saying = null;
	received = [];
	letters.clear();
});

const deliver = (about = message, key = KEY) =>
	attemptDelivery(
		{
			sealer,
			clock: Date.now,
			mail: { url, key, from: 'Headgate <gate@example.com>' },
			connectorEnv: { fetch, allowPrivateHosts: false } as unknown as Parameters<typeof attemptDelivery>[0]['connectorEnv'],
		},
		hook,
		about,
	);

test('a letter is what Resend documents, and one letter however often it is sent', async () => {
	expect(await deliver()).toEqual({ outcome: 'delivered', error: null, retryAfter: null });
	expect(await deliver()).toEqual({ outcome: 'delivered', error: null, retryAfter: null });
	expect([received.length, letters.size]).toEqual([2, 1]);
	expect(JSON.parse(received[0]?.body ?? '')).toEqual({
		from: 'Headgate <gate@example.com>',
		to: ['team@example.com'],
		subject: message.summary,
		text: expect.stringMatching(/^Run 5 of Costs has failed: no such file\n\naccount_id: 1\nrun_id: 5\n.*at: 2026-01-01T00:00:00.000Z\n$/s),
	});
});

test('hostile names stay in the letter: they make no further field, recipient or line of its head', async () => {
	const summary = 'Run 5 of x"},"to":["evil@example.com"],"bcc":"\r\nBcc: evil@example.com has failed';
	expect(await deliver({ ...message, summary })).toMatchObject({ outcome: 'delivered' });
	const sent = JSON.parse(received[0]?.body ?? '') as { subject: string; to: string[] };
	expect([sent.to, sent.subject.includes('\n')]).toEqual([['team@example.com'], false]);
});

test.each([
	['a wrong key', problem(403, 'invalid_api_key', 'API key is invalid.'), null],
	['a domain that is not verified', problem(403, 'validation_error', 'The example.com domain is not verified.'), null],
	['a quota that is used up', problem(429, 'daily_quota_exceeded', 'You have reached your daily email sending quota.'), null],
	['too many letters at once', { ...problem(429, 'rate_limit_exceeded', 'Too many requests.'), headers: { 'retry-after': '2' } }, 2000],
	['a letter of the same key that is still being sent', problem(409, 'concurrent_idempotent_requests', 'Try the request again later.'), null],
	['a fault of the service', problem(500, 'internal_server_error', 'An unexpected error occurred.'), null],
] as const)('%s fails the attempt, with what the service said and when it may be tried again', async (_, answer, retryAfter) => {
	saying = answer;
	const { message: said } = answer.body as { message: string };
	expect(await deliver()).toEqual({ outcome: 'failed', error: expect.stringMatching(new RegExp(`^answered ${answer.status}: .*${said}`)), retryAfter });
});

test('a key that the service does not know is told of without the key', async () => {
	const attempt = await deliver(message, 're_someone_elses');
	expect(attempt).toMatchObject({ outcome: 'failed', error: expect.stringContaining('API key is invalid') });
	expect(JSON.stringify(attempt)).not.toContain('re_someone_elses');
});
