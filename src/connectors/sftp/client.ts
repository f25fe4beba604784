import { Client, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { AppError } from '../../lib/errors.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import type { ConnectorEnv } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { refusePrivateHost } from '../private-host.ts';
import { SocketStream } from '../sockets.ts';
import { messageOf, upstream } from '../upstream.ts';
import type { SftpConfig, SftpSecrets } from './config.ts';
import { fingerprint, KEY_KINDS, type KeyKind, type TrustedKeys, trustedKeys } from './host-key.ts';
import { asLoss, SftpSession, STATUS, statusOf } from './session.ts';

/** What workerd's cryptography can do of what servers offer: no GCM or ChaCha20, no curve25519. */
const ALGORITHMS = {
	cipher: ['aes128-ctr', 'aes256-ctr'],
	kex: ['ecdh-sha2-nistp256', 'ecdh-sha2-nistp521', 'diffie-hellman-group14-sha256'],
	hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
	compress: ['none'],
} as const;

/** One session, opened when first used. Says failures in our words; the only place that decides which are worth another try. */
export class SftpClient {
	readonly #settings: CheckedSettings<SftpConfig, SftpSecrets>;
	readonly #redact: Redact;
	readonly #trusted: TrustedKeys;
	/** The kind whose key was found to be trusted; asked for first the next time. */
	#kind: KeyKind | null = null;
	#session: Promise<SftpSession> | null = null;
	#socket: SocketStream | null = null;
	/** What makes a file visible, or no longer so, is at work. */
	#held = 0;

	constructor(settings: CheckedSettings<SftpConfig, SftpSecrets>, env: ConnectorEnv) {
		const { config, secrets } = settings;
		refusePrivateHost(config.host, env.allowPrivateHosts);
		if (secrets.password === undefined && secrets.private_key === undefined) {
			throw new AppError('invalid_input', 'This sftp connection has neither password nor private_key.', { hint: 'Give one of them, or both.' });
		}
		this.#settings = settings;
		this.#trusted = trustedKeys(config.host_key);
		this.#redact = redactor([secrets.password, secrets.private_key, secrets.passphrase].filter((secret) => secret !== undefined));
	}

	/** Does something on the session. `what` completes "the server refused to …". */
	async use<T>(what: string, work: (session: SftpSession) => Promise<T>): Promise<T> {
		this.#session ??= this.#connect();
		const pending = this.#session;
		let session: SftpSession;
		try {
			session = await pending;
		} catch (error) {
			if (this.#session === pending) this.#session = null;
			throw this.#said(what, error);
		}
		return this.useOn(session, what, work);
	}

	/** As `use`, on a session that was used before: what was opened on one is nothing, or another file, on the next. */
	async useOn<T>(session: SftpSession, what: string, work: (session: SftpSession) => Promise<T>): Promise<T> {
		try {
			return await work(session);
		} catch (error) {
			if (!(error instanceof AppError) && isLost(error) && (await this.#session?.catch(() => null)) === session) await this.close();
			throw this.#said(what, error);
		}
	}

	/** As `use`, for what makes files visible: whether it was done is known by its answer alone, so it is not interrupted. */
	async useHeld<T>(what: string, work: (session: SftpSession) => Promise<T>): Promise<T> {
		this.#held++;
		try {
			return await this.use(what, work);
		} finally {
			this.#held--;
		}
	}

	/** Ends the session, and with it all that waits for the server. */
	interrupt(): void {
		if (this.#held > 0) return;
		this.#socket?.destroy(new Error('nobody waits for it any more'));
		this.#socket = null;
	}

	async close(): Promise<void> {
		const session = this.#session;
		this.#session = null;
		(await session?.catch(() => null))?.end();
	}

	/** A server has one key of each kind and shows the one it is asked for: each kind is tried until one is trusted. */
	async #connect(): Promise<SftpSession> {
		const kinds = this.#kind === null ? this.#trusted.kinds : [this.#kind];
		const shown: string[] = [];
		for (const kind of kinds) {
			try {
				const session = await this.#signIn(kind, (key) => shown.push(`${kind} ${fingerprint(key)}`));
				this.#kind = kind;
				return session;
			} catch (error) {
				if (!isOtherKey(error)) throw error;
			}
		}
		const { host, port } = this.#settings.config;
		throw upstream(
			shown.length === 0
				? `The server ${host}:${port} has no host key of the kinds in host_key.`
				: `The server ${host}:${port} is not the one this connection trusts: it showed ${shown.join(' and ')}.`,
			{
				retryable: false,
				hint: 'Nothing was sent to it. Ask who runs the server whether its key was changed; only if it was, put the new fingerprint into host_key.',
			},
		);
	}

	async #signIn(kind: KeyKind, refused: (key: Uint8Array) => void): Promise<SftpSession> {
		const { config, secrets } = this.#settings;
		const timeoutMs = config.timeout_seconds * 1000;
		const sock = new SocketStream({ host: config.host, port: config.port, timeoutMs, tls: 'off' });
		this.#socket = sock;
		await new Promise<void>((resolve, reject) => {
			sock.once('connect', resolve);
			sock.once('error', reject);
			sock.connect();
		});
		const client = new Client();
		const ready = new Promise<void>((resolve, reject) => {
			client.once('ready', resolve);
			client.once('close', () => reject(new Error('the server closed the connection during the sign-in')));
			// Stays for good: a failure without a listener would end the isolate.
			client.on('error', (error) => reject(asLoss(error)));
		});
		const password = secrets.password?.reveal();
		client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) =>
			// What is echoed is no password.
			finish(prompts.map(({ echo }) => (echo === true ? '' : (password ?? '')))),
		);
		try {
			client.connect({
				sock,
				username: config.username,
				...(password === undefined ? {} : { password, tryKeyboard: true }),
				...(secrets.private_key === undefined ? {} : { privateKey: secrets.private_key.reveal() }),
				...(secrets.passphrase === undefined ? {} : { passphrase: secrets.passphrase.reveal() }),
				readyTimeout: timeoutMs,
				hostVerifier: (key: Buffer) => {
					const trusted = this.#trusted.trusts(key);
					if (!trusted) refused(key);
					return trusted;
				},
				algorithms: { ...ALGORITHMS, serverHostKey: KEY_KINDS[kind] } as unknown as NonNullable<ConnectConfig['algorithms']>,
			});
			await ready;
			const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
				client.sftp((error, opened) => (error === undefined || error === null ? resolve(opened) : reject(error)));
			});
			return new SftpSession(client, sftp, timeoutMs);
		} catch (error) {
			client.destroy();
			throw error;
		}
	}

	#said(what: string, error: unknown): AppError {
		if (error instanceof AppError) return error;
		const { host, port } = this.#settings.config;
		const message = messageOf(error, this.#redact);
		const status = statusOf(error);
		if (status !== null && !isLost(error)) {
			return upstream(`The server ${host} refused to ${what}: ${message}.`, {
				retryable: false,
				hint:
					status === STATUS.permissionDenied
						? 'Give the login this right on the server, or use another path.'
						: 'Check the path, the space left and the rights of the login.',
			});
		}
		if ((error as { level?: unknown }).level === 'client-authentication') {
			return upstream(`The server ${host}:${port} did not let ${this.#settings.config.username} in: ${message}.`, {
				retryable: false,
				hint: 'Check username and password or private_key of the connection, and which of them the server accepts.',
			});
		}
		if (/privateKey/.test(message)) {
			return new AppError('invalid_input', `The private_key of this connection cannot be used: ${message}.`, {
				hint: 'Give an ed25519, ECDSA or RSA key in OpenSSH or PEM form, and its passphrase where it is encrypted.',
			});
		}
		const incapable = /no matching (?:key exchange|C->S|S->C|client|server)/i.test(message);
		return upstream(`The SFTP server ${host}:${port} could not be used: ${message}.`, {
			retryable: !incapable,
			hint: incapable
				? `The server must offer one of each: ${Object.values(ALGORITHMS)
						.map((names) => names.join(' or '))
						.join('; ')}.`
				: 'Check host and port, and that the server lets the gateway in.',
		});
	}
}

/** Not an answer of the server to what was asked. */
function isLost(error: unknown): boolean {
	const status = statusOf(error);
	return status === null || status === STATUS.noConnection || status === STATUS.connectionLost;
}

/** The key shown is not a trusted one, or there is none of the kind asked for. */
function isOtherKey(error: unknown): boolean {
	return error instanceof Error && /Host denied|no matching host key format/i.test(error.message);
}
