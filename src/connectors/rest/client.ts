import { AppError } from '../../lib/errors.ts';
import type { Redact } from '../../lib/redact.ts';
import { boundedBody, tooLarge } from '../bounded-body.ts';
import { retrying, type Wait } from '../retry.ts';
import { messageOf, notWaitedFor, upstream } from '../upstream.ts';
import type { Authenticator } from './auth.ts';

const MAX_REDIRECTS = 5;
const EXCERPT_BYTES = 8192;
/** Carried out twice they do what once does (RFC 9110, section 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
/** So much must come of a body while its connection's patience is over ten times, or it will never be whole. */
const LEAST_BYTES = 65_536;
/** The server says that it did not carry the request out. */
const NOT_DONE: ReadonlySet<number> = new Set([425, 429, 503]);

export interface ClientOptions {
	readonly fetch: typeof fetch;
	readonly authenticator: Authenticator;
	readonly redact: Redact;
	readonly timeoutMs: number;
	readonly maxBytes: number;
	readonly maxAttempts: number;
	readonly wait: Wait;
}

export interface OutgoingRequest {
	readonly url: URL;
	readonly method: string;
	readonly headers: Headers;
	readonly body: string | null;
}

/**
 * Sends a request until it has an answer that trying again would not change. Answers up to 499 are given back, but for the passing
 * ones; those and 5xx, once attempts are used up, are `upstream` errors, retryable where `details.retry_after_ms` or patience helps.
 * The only place that decides it.
 */
export class HttpClient {
	readonly #options: ClientOptions;
	#under = new AbortController();

	constructor(options: ClientOptions) {
		this.#options = options;
	}

	/** Ends exchanges that may be repeated, answers that are still being read among them. Others go on: what they did would not be known. */
	interrupt(): void {
		this.#under.abort();
		this.#under = new AbortController();
	}

	send(request: OutgoingRequest): Promise<Response> {
		return retrying(this.#options.maxAttempts, this.#options.wait, async () => {
			let answer = await this.#follow(request, false);
			if (answer.status === 401 && this.#options.authenticator.renewable) {
				await answer.body?.cancel();
				answer = await this.#follow(request, true);
			}
			if (PASSING.has(answer.status) || answer.status >= 500) throw await this.#failedAnswer(request, answer);
			return answer;
		});
	}

	async #follow(request: OutgoingRequest, refresh: boolean): Promise<Response> {
		let url = request.url;
		let method = request.method;
		let body = request.body;
		for (let hop = 0; ; hop++) {
			const headers = new Headers(request.headers);
			const target = new URL(url);
			await this.#options.authenticator.apply({ headers, url: target }, refresh);
			const answer = await this.#exchange(target, { method, headers, body });
			if (![301, 302, 303, 307, 308].includes(answer.status)) return answer;
			const location = answer.headers.get('Location');
			await answer.body?.cancel();
			if (location === null) throw this.#refused(request, `answered ${answer.status} without saying where to`);
			const next = URL.canParse(location, url) ? new URL(location, url) : null;
			// Credentials, also those in the query or in custom headers, belong to this origin; a redirect must not carry them away.
			if (next === null || next.origin !== request.url.origin) throw this.#refused(request, `redirects to another origin (${next?.origin ?? 'no URL'})`);
			if (hop >= MAX_REDIRECTS) throw this.#refused(request, `redirects more than ${MAX_REDIRECTS} times`);
			if (answer.status === 303 ? method !== 'HEAD' : answer.status <= 302 && method === 'POST') {
				method = 'GET';
				body = null;
			}
			url = next;
		}
	}

	async #exchange(url: URL, init: { method: string; headers: Headers; body: string | null }): Promise<Response> {
		const from = place(url);
		const abort = new AbortController();
		const timer = setTimeout(() => abort.abort(), this.#options.timeoutMs);
		const fetch = this.#options.fetch;
		const under = this.#under.signal;
		try {
			const signal = mayRepeat(init) ? AbortSignal.any([abort.signal, under]) : abort.signal;
			const answer = await fetch(url, { ...init, redirect: 'manual', signal });
			const announced = Number(answer.headers.get('Content-Length') ?? 0);
			if (announced > this.#options.maxBytes && init.method !== 'HEAD') {
				await answer.body?.cancel();
				throw tooLarge(from, this.#options.maxBytes);
			}
			if (answer.body === null) return answer;
			const bounded = boundedBody(answer.body, {
				maxBytes: this.#options.maxBytes,
				idleMs: this.#options.timeoutMs,
				slowest: { bytes: LEAST_BYTES, ms: 10 * this.#options.timeoutMs },
				from,
			});
			return new Response(bounded, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
		} catch (error) {
			if (error instanceof AppError) throw error;
			if (under.aborted && mayRepeat(init)) throw notWaitedFor(from);
			const because = abort.signal.aborted
				? `did not answer within ${this.#options.timeoutMs / 1000} s`
				: `could not be reached: ${messageOf(error, this.#options.redact)}`;
			const retryable = mayRepeat(init);
			throw upstream(`${from} ${because}.`, {
				retryable,
				hint: retryable ? 'Check the host and that it is up.' : `Whether the ${init.method} was carried out is not known: look there before sending it again.`,
			});
		} finally {
			clearTimeout(timer);
		}
	}

	async #failedAnswer(request: OutgoingRequest, answer: Response): Promise<AppError> {
		const excerpt = await this.#excerpt(answer);
		const retryable = PASSING.has(answer.status) && (mayRepeat(request) || NOT_DONE.has(answer.status));
		const after = retryAfter(answer.headers.get('Retry-After'), Date.now());
		return upstream(`${place(request.url)} answered ${answer.status} to ${request.method}${excerpt === '' ? '' : `: ${excerpt}`}.`, {
			retryable,
			hint: answer.status === 429 ? 'The server limits how often it is asked: lower requests_per_second.' : 'The server failed; its own log says more.',
			...(after === null ? {} : { retryAfterMs: after }),
		});
	}

	/** What a failed answer's body begins with; a body that fails itself says nothing. */
	async #excerpt(answer: Response): Promise<string> {
		const { text, whole } = await beginning(answer);
		const redacted = this.#options.redact(text);
		// The end of a body that goes on may be the first half of a quoted credential.
		return messageOf(whole ? redacted : redacted.slice(0, -EXCERPT_BYTES / 2), undefined, 200);
	}

	#refused(request: OutgoingRequest, because: string): AppError {
		return upstream(this.#options.redact(`${place(request.url)} ${because}.`), { retryable: false, hint: 'Set base_url to where the API answers by itself.' });
	}
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3) as milliseconds from now; null where the header says nothing usable. */
export function retryAfter(header: string | null, now: number): number | null {
	if (header === null) return null;
	const text = header.trim();
	if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
	const date = Date.parse(text);
	return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** A request whose answer was lost may be sent again: by its method, or because its sender gave it a key the server can know it by. */
function mayRepeat(request: { readonly method: string; readonly headers: Headers }): boolean {
	return IDEMPOTENT.has(request.method) || request.headers.has('Idempotency-Key');
}

/** Origin and path; a query may hold an API key. */
export function place(url: URL): string {
	return `${url.origin}${url.pathname}`;
}

/** The first kilobytes of a body as text, and whether that is all of it. */
async function beginning(answer: Response): Promise<{ text: string; whole: boolean }> {
	if (answer.body === null) return { text: '', whole: true };
	const reader = answer.body.getReader();
	const decoder = new TextDecoder();
	let text = '';
	try {
		while (text.length < EXCERPT_BYTES) {
			const { done, value } = await reader.read();
			if (done) return { text: text + decoder.decode(), whole: true };
			text += decoder.decode(value, { stream: true });
		}
		await reader.cancel();
	} catch {
		// What came before the body broke off still says something.
	}
	return { text: text.slice(0, EXCERPT_BYTES), whole: false };
}
