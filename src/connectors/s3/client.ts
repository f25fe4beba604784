import { AwsClient } from 'aws4fetch';
import { AppError } from '../../lib/errors.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import { boundedBody } from '../bounded-body.ts';
import type { ConnectorEnv } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { refusePrivateHost } from '../private-host.ts';
import { retrying, waitFor } from '../retry.ts';
import { messageOf, notWaitedFor, upstream } from '../upstream.ts';
import type { S3Config, S3Secrets } from './config.ts';
import { xmlText } from './xml.ts';

const ATTEMPTS = 4;
const MAX_ERROR_BYTES = 64 * 1024;
const PASSING_STATUS: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const PASSING_CODES: ReadonlySet<string> = new Set(['InternalError', 'ServiceUnavailable', 'SlowDown', 'RequestTimeout', 'OperationAborted', 'Throttling']);

export interface S3Request {
	readonly method: string;
	readonly bucket: string;
	readonly key: string;
	readonly query?: Readonly<Record<string, string>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Uint8Array;
}

/** S3's own word for a failure, kept on the error's details. */
export function codeOf(error: unknown): string | null {
	const code = error instanceof AppError ? error.details?.['s3_code'] : undefined;
	return typeof code === 'string' ? code : null;
}

/** Signs requests, sends them, and says failures in our words. Every S3 call used here may be repeated; the only place that decides what is. */
export class S3Client {
	readonly #config: S3Config;
	readonly #aws: AwsClient;
	readonly #redact: Redact;
	readonly #fetch: typeof fetch;
	#under = new AbortController();

	constructor(settings: CheckedSettings<S3Config, S3Secrets>, env: ConnectorEnv) {
		const { config, secrets } = settings;
		if (config.endpoint !== undefined) {
			const endpoint = new URL(config.endpoint);
			refusePrivateHost(endpoint.hostname, env.allowPrivateHosts);
			if (endpoint.protocol !== 'https:' && !env.allowPrivateHosts) {
				throw new AppError('invalid_input', 'The setting endpoint is not https: rows would travel in the open.', { hint: `Use https://${endpoint.host}.` });
			}
		}
		this.#config = config;
		this.#fetch = env.fetch;
		this.#redact = redactor(Object.values(secrets).filter((secret) => secret !== undefined));
		this.#aws = new AwsClient({
			accessKeyId: config.access_key_id,
			secretAccessKey: secrets.secret_access_key.reveal(),
			...(secrets.session_token === undefined ? {} : { sessionToken: secrets.session_token.reveal() }),
			service: 's3',
			region: config.region,
			retries: 0,
		});
	}

	/** Ends requests that make nothing visible, answers that are still being read among them. */
	interrupt(): void {
		this.#under.abort();
		this.#under = new AbortController();
	}

	/** The answer where S3 did what was asked; its failures are errors. The body is not read. */
	send(request: S3Request): Promise<Response> {
		return retrying(ATTEMPTS, waitFor, async () => {
			const answer = await this.#exchange(request);
			if (answer.ok) return answer;
			throw this.#failed(request, answer.status, request.method === 'HEAD' ? '' : (await answer.text()).slice(0, MAX_ERROR_BYTES));
		});
	}

	/** Sends, and reads the answer whole. S3 may answer 200 and put an error into the body of long operations. */
	sendForXml(request: S3Request): Promise<string> {
		return retrying(ATTEMPTS, waitFor, async () => {
			const answer = await this.#exchange(request);
			const text = await answer.text();
			if (!answer.ok || /<Error[\s>]/.test(text.slice(0, 1000))) throw this.#failed(request, answer.status, text.slice(0, MAX_ERROR_BYTES));
			return text;
		});
	}

	async #exchange(request: S3Request): Promise<Response> {
		const url = this.#url(request);
		const signed = await this.#aws.sign(url.toString(), {
			method: request.method,
			headers: { ...request.headers },
			...(request.body === undefined ? {} : { body: request.body }),
		});
		const abort = new AbortController();
		const timeoutMs = this.#config.timeout_seconds * 1000;
		const timer = setTimeout(() => abort.abort(), timeoutMs);
		const fetch = this.#fetch;
		const under = this.#under.signal;
		try {
			const answer = await fetch(url, {
				method: request.method,
				headers: signed.headers,
				...(request.body === undefined ? {} : { body: request.body }),
				redirect: 'manual',
				signal: isInvisible(request) ? AbortSignal.any([abort.signal, under]) : abort.signal,
			});
			if (answer.body === null || request.method === 'HEAD') return answer;
			const body = boundedBody(answer.body, { maxBytes: Number.POSITIVE_INFINITY, idleMs: timeoutMs, from: url.host });
			return new Response(body, { status: answer.status, headers: answer.headers });
		} catch (error) {
			if (under.aborted && isInvisible(request)) throw notWaitedFor(`The storage at ${url.host}`);
			const because = abort.signal.aborted
				? `did not answer within ${this.#config.timeout_seconds} s`
				: `could not be reached: ${messageOf(error, this.#redact)}`;
			throw upstream(`The storage at ${url.host} ${because}.`, { retryable: true, hint: 'Check endpoint and region of the connection.' });
		} finally {
			clearTimeout(timer);
		}
	}

	#url(request: S3Request): URL {
		const { endpoint, region } = this.#config;
		const addressing = this.#config.addressing ?? (endpoint === undefined ? 'virtual' : 'path');
		const base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
		const url = new URL(addressing === 'virtual' ? `${base.protocol}//${request.bucket}.${base.host}` : base.origin);
		const path = [...(addressing === 'path' ? [request.bucket] : []), ...request.key.split('/')].map(encodeSegment).join('/');
		url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path}`;
		for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
		return url;
	}

	#failed(request: S3Request, status: number, xml: string): AppError {
		const code = xmlText(xml, 'Code') ?? (status === 404 ? 'NotFound' : status === 412 ? 'PreconditionFailed' : status === 403 ? 'AccessDenied' : `${status}`);
		const said = xmlText(xml, 'Message');
		const error = upstream(
			`The storage refused to ${request.method} ${request.key === '' ? `bucket ${request.bucket}` : `${request.bucket}/${request.key}`}: ${code}${said === null ? '' : `, ${messageOf(said, this.#redact)}`} (status ${status}).`,
			{ retryable: PASSING_STATUS.has(status) || PASSING_CODES.has(code), hint: hintFor(code) },
		);
		return new AppError(error.code, error.message, { hint: error.hint, retryable: error.retryable, details: { s3_code: code, status } });
	}
}

/** Reading, and what happens inside an upload that is not complete; of all else it would not be known whether it was done. */
function isInvisible({ method, query = {} }: S3Request): boolean {
	if (method === 'GET' || method === 'HEAD') return true;
	return method === 'POST' ? 'uploads' in query : 'uploadId' in query;
}

/** Signature version 4 wants every byte but the unreserved ones escaped, `!'()*` included. */
function encodeSegment(segment: string): string {
	return encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hintFor(code: string): string {
	switch (code) {
		case 'NoSuchBucket':
			return 'Check the bucket name of the component or the connection.';
		case 'AccessDenied':
			return 'The key may lack the right; it needs to list, read and, for destinations, write and delete.';
		case 'InvalidAccessKeyId':
		case 'SignatureDoesNotMatch':
			return 'Check access_key_id, secret_access_key and region of the connection.';
		case 'PermanentRedirect':
		case 'AuthorizationHeaderMalformed':
			return 'The bucket is in another region: set region.';
		default:
			return 'See the message; the storage’s own documentation explains the code.';
	}
}
