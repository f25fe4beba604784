import type { Context } from 'hono';
import { type Reason, toWire } from '../../auth/errors.ts';
import { AppError } from '../../lib/errors.ts';
import type { AppEnv } from '../bindings.ts';

/** A refusal as JSON, as RFC 6749 §5.2 has it; nothing here may be cached. */
export function refuseJson(c: Context<AppEnv>, reason: Reason): Response {
	const { status, error, description, retryAfterSeconds } = toWire(reason);
	if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
	// RFC 6749 §5.2: a client that tried to authenticate by header is answered with the scheme it used.
	if (status === 401 && c.req.header('authorization') !== undefined) c.header('WWW-Authenticate', 'Basic realm="headgate"');
	c.header('Cache-Control', 'no-store');
	return c.json({ error, error_description: description }, status);
}

const MAX_BODY = 64 * 1024;

/** The fields of a form-encoded body; also JSON objects of texts, which the legacy password grant's users send. */
export async function readParameters(c: Context<AppEnv>): Promise<URLSearchParams> {
	if (!(c.req.header('content-type') ?? '').toLowerCase().startsWith('application/json')) return new URLSearchParams(await readText(c));
	const body = await readJsonBody(c);
	if (body === null || typeof body !== 'object') return new URLSearchParams();
	return new URLSearchParams(Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

/** Null where the body is not JSON. */
export async function readJsonBody(c: Context<AppEnv>): Promise<unknown> {
	const text = await readText(c);
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** What a stranger sends is never read further than anything legitimate would go. */
async function readText(c: Context<AppEnv>): Promise<string> {
	const decoder = new TextDecoder();
	let [text, bytes] = ['', 0];
	for await (const chunk of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
		bytes += chunk.byteLength;
		if (bytes > MAX_BODY)
			throw new AppError('limit', `The body has more than ${MAX_BODY} bytes.`, { hint: 'Send the parameters of the request and nothing else.' });
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}
