import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Reason, toWire } from '../../auth/errors.ts';
import type { AppEnv } from '../bindings.ts';
import { Layout } from './layout.tsx';

/**
 * Nothing inline, nothing from elsewhere, never in a frame. `form-action` is left out on purpose: browsers apply it to every hop
 * of the redirect that ends consent, and so would break the way back to claude:// and other clients.
 */
const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Sends a page with the headers that keep it from being framed, cached, sniffed or quoted as a referrer. */
export function page(c: Context<AppEnv>, body: Child, status: ContentfulStatusCode = 200): Response | Promise<Response> {
	c.header('Content-Security-Policy', POLICY);
	c.header('X-Frame-Options', 'DENY');
	// Not `no-referrer`: browsers then send `Origin: null` with forms, which could no longer be told from another site's.
	c.header('Referrer-Policy', 'same-origin');
	c.header('Cross-Origin-Opener-Policy', 'same-origin');
	c.header('Cache-Control', 'no-store');
	return c.html(`<!doctype html>${String(body)}`, status);
}

/** A page that says what is wrong and what to do; for requests that cannot be answered any other way. */
export function messagePage(c: Context<AppEnv>, title: string, text: string, hint: string, status: ContentfulStatusCode = 400): Response | Promise<Response> {
	return page(
		c,
		<Layout title={title}>
			<h1>{title}</h1>
			<p>{text}</p>
			<p>{hint}</p>
		</Layout>,
		status,
	);
}

const TITLES: Partial<Record<Reason['tag'], string>> = {
	unknown_client: 'Remove and add again',
	client_document_unreachable: 'This client cannot be checked',
	redirect_uri_mismatch: 'Wrong way back',
	redirect_uri_needed: 'Wrong way back',
	not_a_member: 'Not your account',
	gateway_off: 'Gateway switched off',
	too_many_attempts: 'Too many attempts',
};

const HINTS: Partial<Record<Reason['tag'], string>> = {
	unknown_client:
		'In your assistant, remove the Headgate server and add it again: it then registers afresh. (Claude Code: “claude mcp remove headgate”, then “claude mcp add …”.)',
	redirect_uri_mismatch: 'You were not sent there, because anybody could have written that address. Remove the server in your assistant and add it again.',
	not_a_member: 'Check the account name in the address that your assistant connects to.',
};

/** A refusal that must not be sent to the client, because the client or its address is what is in doubt. */
export function refusalPage(c: Context<AppEnv>, reason: Reason): Response | Promise<Response> {
	const wire = toWire(reason);
	if (wire.retryAfterSeconds !== undefined) c.header('Retry-After', String(wire.retryAfterSeconds));
	return messagePage(
		c,
		TITLES[reason.tag] ?? 'This cannot be done',
		wire.description,
		HINTS[reason.tag] ?? 'Go back to your assistant and start again.',
		wire.status,
	);
}
