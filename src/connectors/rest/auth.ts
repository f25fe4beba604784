import { AppError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import type { CheckedSettings } from '../define.ts';
import type { HttpConfig, HttpSecrets } from './config.ts';
import { formEncoded, type TokenSource } from './token.ts';

/** Puts credentials on a request; asked anew for every attempt, because tokens expire. `refresh` says that the last one was refused. */
export interface Authenticator {
	apply(request: { readonly headers: Headers; readonly url: URL }, refresh: boolean): Promise<void>;
	/** A refused credential may be a stale token: one more try with a new one is worth it. */
	readonly renewable: boolean;
}

export function authenticator(settings: CheckedSettings<HttpConfig, HttpSecrets>, tokens: TokenSource | null): Authenticator {
	const { config, secrets } = settings;
	switch (config.auth) {
		case 'none':
			return { renewable: false, apply: async () => {} };
		case 'basic': {
			const username = required(config.username, 'username', 'setting');
			const password = required(secrets.password, 'password', 'secret');
			if (username.includes(':'))
				throw new AppError('invalid_input', 'The username of basic authentication has a colon.', { hint: 'RFC 7617 allows none: it separates the password.' });
			return header('Authorization', () => `Basic ${base64(`${username}:${password.reveal()}`)}`);
		}
		case 'bearer': {
			const token = required(secrets.token, 'token', 'secret');
			return header('Authorization', () => `Bearer ${token.reveal()}`);
		}
		case 'api_key': {
			const key = required(secrets.api_key, 'api_key', 'secret');
			if (config.api_key_in === 'header') return header(config.api_key_name, () => key.reveal());
			return { renewable: false, apply: async ({ url }) => url.searchParams.set(config.api_key_name, key.reveal()) };
		}
		case 'oauth_client_credentials': {
			const source = required(tokens ?? undefined, 'token_url', 'setting');
			required(config.client_id, 'client_id', 'setting');
			required(secrets.client_secret, 'client_secret', 'secret');
			return { renewable: true, apply: async ({ headers }, refresh) => headers.set('Authorization', `Bearer ${(await source.token(refresh)).reveal()}`) };
		}
	}
}

/** Every credential in every form it has on the wire, for redaction: servers like to quote what they refuse. */
export function secretsOf(settings: CheckedSettings<HttpConfig, HttpSecrets>): Secret[] {
	const given = Object.values(settings.secrets).filter((secret) => secret !== undefined);
	const joined = [settings.config.username, settings.config.client_id].flatMap((name) => given.map((secret) => `${name ?? ''}:${secret.reveal()}`));
	const forms = given.map((secret) => formEncoded(secret.reveal()));
	return [...given, ...[...joined, ...forms].map((text) => new Secret(text))];
}

function header(name: string, value: () => string): Authenticator {
	return {
		renewable: false,
		apply: async ({ headers }) => {
			try {
				headers.set(name, value());
			} catch {
				// The runtime's own message would quote the value.
				throw new AppError('invalid_input', `The credential for the header ${name} has characters that no header can carry.`, {
					hint: 'Look for a line break or a character outside Latin-1 in the secret, and set it again.',
				});
			}
		},
	};
}

function base64(text: string): string {
	return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function required<T>(value: T | undefined, name: string, kind: 'setting' | 'secret'): T {
	if (value !== undefined) return value;
	throw new AppError('invalid_input', `The ${kind} ${name} is missing for this kind of authentication.`, { hint: `Set ${name}, or choose another auth.` });
}
