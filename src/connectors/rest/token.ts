import type { AppError } from '../../lib/errors.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import { Secret } from '../../lib/secret.ts';
import { messageOf, upstream } from '../upstream.ts';
import { retryAfter } from './client.ts';

/** A token is given up so long before it expires, for clocks differ and requests take time. */
const EARLY_MS = 30_000;
const MAX_BYTES = 64 * 1024;

export interface TokenRequest {
	readonly url: URL;
	readonly clientId: string;
	readonly clientSecret: Secret;
	readonly authentication: 'basic' | 'body';
	readonly scope: string | undefined;
	readonly audience: string | undefined;
}

/**
 * Access tokens by client credentials (RFC 6749, section 4.4), kept in memory until they expire: losing one costs one request.
 * The token endpoint is never followed through a redirect, for the body holds the client's secret.
 */
export class TokenSource {
	readonly #request: TokenRequest;
	readonly #fetch: typeof fetch;
	readonly #timeoutMs: number;
	readonly #redact: Redact;
	#current: { readonly token: Secret; readonly until: number } | null = null;
	#pending: Promise<Secret> | null = null;
	/** The current token and the one before it, which an answer may still quote. */
	#issued: readonly Secret[] = [];

	constructor(request: TokenRequest, options: { readonly fetch: typeof fetch; readonly timeoutMs: number; readonly redact: Redact }) {
		this.#request = request;
		this.#fetch = options.fetch;
		this.#timeoutMs = options.timeoutMs;
		this.#redact = options.redact;
	}

	/** The current token, or with `refresh` a new one. Callers at the same time share one request. */
	async token(refresh: boolean): Promise<Secret> {
		if (!refresh && this.#current !== null && Date.now() < this.#current.until) return this.#current.token;
		this.#pending ??= this.#ask().finally(() => {
			this.#pending = null;
		});
		return this.#pending;
	}

	/** Blanks the tokens in use as well as the connection's own secrets. */
	redact(text: string): string {
		return redactor(this.#issued)(this.#redact(text));
	}

	async #ask(): Promise<Secret> {
		const { url, clientId, clientSecret, authentication, scope, audience } = this.#request;
		const body = new URLSearchParams({ grant_type: 'client_credentials' });
		if (scope !== undefined) body.set('scope', scope);
		if (audience !== undefined) body.set('audience', audience);
		const headers = new Headers({ 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' });
		// RFC 6749, section 2.3.1: both are form-encoded before they are joined.
		if (authentication === 'basic') headers.set('Authorization', `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret.reveal())}`)}`);
		else {
			body.set('client_id', clientId);
			body.set('client_secret', clientSecret.reveal());
		}
		const fetch = this.#fetch;
		let answer: Response;
		try {
			answer = await fetch(url, { method: 'POST', headers, body: body.toString(), redirect: 'manual', signal: AbortSignal.timeout(this.#timeoutMs) });
		} catch (error) {
			throw this.#failed(`could not be reached: ${messageOf(error, this.#redact)}`, true);
		}
		const text = (await answer.text()).slice(0, MAX_BYTES);
		if (!answer.ok)
			throw this.#failed(
				`answered ${answer.status}: ${messageOf(text, this.#redact, 200)}`,
				answer.status >= 500 || answer.status === 429,
				answer.headers.get('Retry-After'),
			);
		const { access_token: token, expires_in: lifetime } = membersOf(text);
		if (typeof token !== 'string' || token === '') throw this.#failed('answered without an access_token', false);
		const seconds = typeof lifetime === 'number' || typeof lifetime === 'string' ? Number(lifetime) : Number.NaN;
		// Without a lifetime it is asked for again after five minutes, or when it is refused.
		const lives = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 5 * 60_000;
		const issued = new Secret(token);
		this.#issued = [issued, ...this.#issued.slice(0, 1)];
		this.#current = { token: issued, until: Date.now() + Math.max(lives - EARLY_MS, lives / 2) };
		return issued;
	}

	#failed(because: string, retryable: boolean, after: string | null = null): AppError {
		const retryAfterMs = retryAfter(after, Date.now());
		return upstream(`The token endpoint ${this.#request.url.origin}${this.#request.url.pathname} ${because}.`, {
			retryable,
			hint: retryable ? 'Try again.' : 'Check token_url, client_id, client_secret, scope and client_authentication of the connection.',
			...(retryAfterMs === null ? {} : { retryAfterMs }),
		});
	}
}

/** As HTML forms and `URLSearchParams` spell it: a blank is a plus sign. */
export function formEncoded(text: string): string {
	return new URLSearchParams({ '': text }).toString().slice(1);
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
	try {
		const parsed: unknown = JSON.parse(text);
		return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : {};
	} catch {
		return {};
	}
}
