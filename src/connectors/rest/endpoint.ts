import { AppError } from '../../lib/errors.ts';
import { redactor } from '../../lib/redact.ts';
import { Secret } from '../../lib/secret.ts';
import type { CheckResult, ConnectorEnv, HttpEndpoint } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { refusePrivateHost } from '../private-host.ts';
import { waitFor } from '../retry.ts';
import { probe, upstream } from '../upstream.ts';
import { authenticator, secretsOf } from './auth.ts';
import { HttpClient, place } from './client.ts';
import type { HttpConfig, HttpSecrets } from './config.ts';
import { TokenSource } from './token.ts';
import { requestUrl } from './url.ts';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Headers that say where a request goes or how it is framed; the connection and the runtime set them. */
const FIXED: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'proxy-authorization']);

/** One REST API. Nothing is sent before the first use. */
export function openHttp(settings: CheckedSettings<HttpConfig, HttpSecrets>, env: ConnectorEnv, wait = waitFor): HttpEndpoint {
	const { config, secrets } = settings;
	const base = guardedUrl(config.base_url, 'base_url', env.allowPrivateHosts);
	const shared = { fetch: env.fetch, timeoutMs: config.timeout_seconds * 1000, redact: redactor(secretsOf(settings)) };
	const tokens =
		config.auth === 'oauth_client_credentials' && config.token_url !== undefined
			? new TokenSource(
					{
						url: guardedUrl(config.token_url, 'token_url', env.allowPrivateHosts),
						clientId: config.client_id ?? '',
						clientSecret: secrets.client_secret ?? new Secret(''),
						authentication: config.client_authentication,
						scope: config.scope,
						audience: config.audience,
					},
					shared,
				)
			: null;
	const client = new HttpClient({
		...shared,
		...(tokens === null ? {} : { redact: (text) => tokens.redact(text) }),
		authenticator: authenticator(settings, tokens),
		maxBytes: config.max_response_mb * 1024 * 1024,
		maxAttempts: config.max_attempts,
		wait,
	});
	return new Endpoint(client, base, config);
}

class Endpoint implements HttpEndpoint {
	readonly kind = 'http';
	readonly #client: HttpClient;
	readonly #base: URL;
	readonly #config: HttpConfig;

	constructor(client: HttpClient, base: URL, config: HttpConfig) {
		this.#client = client;
		this.#base = base;
		this.#config = config;
	}

	async close(): Promise<void> {}

	interrupt(): void {
		this.#client.interrupt();
	}

	/**
	 * Asks for `test_path` with the connection's credentials. Without a test path any answer but a refused credential will do, for
	 * the root of many an API is a 404.
	 */
	check(): Promise<CheckResult> {
		return probe(async () => {
			const path = this.#config.test_path;
			const answer = await this.send({ path, method: 'GET', headers: {}, query: {}, body: null });
			await answer.body?.cancel();
			const said = `${place(requestUrl(this.#base, path, {}))} answered ${answer.status}`;
			if (answer.status === 401 || answer.status === 403)
				throw upstream(`${said}: the credentials were refused.`, { retryable: false, hint: 'Set the secrets again.' });
			if (answer.status >= 400 && path !== '') throw upstream(`${said}.`, { retryable: false, hint: 'Check base_url and test_path.' });
			return answer.status >= 400 ? `${said}; the server is there. Set test_path to check a path that works.` : `${said}.`;
		});
	}

	async send(request: {
		path: string;
		method: string;
		headers: Readonly<Record<string, string>>;
		query: Readonly<Record<string, string>>;
		body: string | null;
	}): Promise<Response> {
		const method = request.method.toUpperCase();
		if (!METHODS.has(method)) {
			throw new AppError('invalid_input', `The method ${JSON.stringify(request.method)} is not one that can be sent.`, {
				hint: `Use one of ${[...METHODS].join(', ')}.`,
			});
		}
		if (request.body !== null && (method === 'GET' || method === 'HEAD')) {
			throw new AppError('invalid_input', `A ${method} request carries no body.`, { hint: 'Leave the body out, or use POST.' });
		}
		const url = requestUrl(this.#base, request.path, request.query);
		return this.#client.send({ url, method, headers: this.#headers(request), body: request.body });
	}

	#headers(request: { headers: Readonly<Record<string, string>>; body: string | null }): Headers {
		const headers = new Headers({ 'User-Agent': 'headgate', Accept: 'application/json, */*;q=0.5' });
		if (request.body !== null) headers.set('Content-Type', 'application/json');
		for (const [name, value] of [...Object.entries(this.#config.headers), ...Object.entries(request.headers)]) {
			if (FIXED.has(name.toLowerCase()))
				throw new AppError('invalid_input', `The header ${name} cannot be set.`, { hint: 'Leave it out: the connection decides it.' });
			try {
				headers.set(name, value);
			} catch {
				throw new AppError('invalid_input', `The header ${JSON.stringify(name)} has a name or value that no header can have.`, {
					hint: 'Names are letters, digits and dashes; values have no line breaks.',
				});
			}
		}
		return headers;
	}
}

function guardedUrl(text: string, setting: string, allowPrivateHosts: boolean): URL {
	const url = new URL(text);
	if (url.username !== '' || url.password !== '') {
		throw new AppError('invalid_input', `The setting ${setting} carries a user name or password.`, {
			hint: 'Use auth basic: settings are shown, secrets are not.',
		});
	}
	refusePrivateHost(url.hostname, allowPrivateHosts);
	if (url.protocol !== 'https:' && !allowPrivateHosts) {
		throw new AppError('invalid_input', `The setting ${setting} is not https: credentials and rows would travel in the open.`, {
			hint: `Use https://${url.host}${url.pathname}.`,
		});
	}
	return url;
}
