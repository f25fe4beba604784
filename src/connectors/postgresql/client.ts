import { Client, type QueryArrayResult, type QueryResult } from 'pg';
import { AppError } from '../../lib/errors.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import type { ConnectorEnv } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { refusePrivateHost } from '../private-host.ts';
import { type PlainExchange, SocketStream } from '../sockets.ts';
import { messageOf, upstream } from '../upstream.ts';
import type { PostgresConfig, PostgresSecrets } from './config.ts';
import { CopyIn } from './copy-in.ts';

const CONNECT_TIMEOUT_MS = 15_000;
/** A reader that went away must not hold a snapshot, and vacuum with it, for ever. */
const IDLE_IN_TRANSACTION = '15min';

/** Rows as the server's own texts, in column order. */
export interface PgResult {
	readonly fields: readonly { readonly name: string; readonly oid: number; readonly modifier: number }[];
	readonly rows: readonly (readonly (string | null)[])[];
	readonly affected: number;
}

/** Leaves every value as the text the server sent. */
const AS_TEXT = { getTypeParser: () => (text: string) => text };

/** One session, opened when first used. Says failures in our words; the only place that decides which are worth another try. */
export class PgClient {
	readonly #settings: CheckedSettings<PostgresConfig, PostgresSecrets>;
	readonly #redact: Redact;
	#session: Promise<Client> | null = null;
	/** Of the session, from its first byte on. */
	#wire: { readonly stream: SocketStream; readonly client: Client } | null = null;
	#calls = 0;
	/** Whether a COMMIT was carried out is known by its answer alone. */
	#committing = false;

	constructor(settings: CheckedSettings<PostgresConfig, PostgresSecrets>, env: ConnectorEnv) {
		refusePrivateHost(settings.config.host, env.allowPrivateHosts);
		this.#settings = settings;
		this.#redact = redactor([settings.secrets.password]);
	}

	/** One statement with its values as text; the extended protocol takes no second one. */
	query(sql: string, values: readonly (string | null)[] = []): Promise<PgResult> {
		return this.#call(async (client) => {
			// `queryMode` is pg's own option; its types do not know it.
			const query = { text: sql, values: [...values], rowMode: 'array' as const, types: AS_TEXT, queryMode: 'extended' };
			const result = (await client.query(query)) as QueryArrayResult<(string | null)[]>;
			return {
				fields: result.fields.map((field) => ({ name: field.name, oid: field.dataTypeID, modifier: field.dataTypeModifier })),
				rows: result.rows,
				affected: result.rowCount ?? 0,
			};
		});
	}

	/** Rows in COPY's text form. */
	copyIn(sql: string, rows: string): Promise<void> {
		return this.#call(async (client) => {
			const copy = new CopyIn(sql, rows);
			client.query(copy);
			await copy.done;
		});
	}

	/** All of the work in one transaction, or none. */
	async transaction<T>(begin: 'BEGIN' | 'BEGIN READ ONLY', work: () => Promise<T>): Promise<T> {
		await this.query(begin);
		try {
			const result = await work();
			this.#committing = begin === 'BEGIN';
			await this.query(this.#committing ? 'COMMIT' : 'ROLLBACK');
			return result;
		} catch (error) {
			await this.rollback();
			throw error;
		} finally {
			this.#committing = false;
		}
	}

	/** All of the work in one transaction, and then none of it. */
	async undone<T>(work: () => Promise<T>): Promise<T> {
		await this.query('BEGIN');
		try {
			return await work();
		} finally {
			await this.rollback();
		}
	}

	/** A session that is gone has rolled back by itself. */
	async rollback(): Promise<void> {
		if (this.#session !== null) await this.query('ROLLBACK').catch(() => this.close());
	}

	/** Ends the statement under way, here and on the server, and its session with it; a transaction is undone. A COMMIT goes on. */
	interrupt(): void {
		if (this.#calls === 0 || this.#committing || this.#wire === null) return;
		const { stream, client } = this.#wire;
		const { processID, secretKey } = client as unknown as { processID: number | null; secretKey: number | null };
		if (processID !== null && secretKey !== null) this.#cancel(processID, secretKey);
		stream.destroy(new Error('nobody waits for it any more'));
	}

	async close(): Promise<void> {
		const session = this.#session;
		this.#session = null;
		if (session === null) return;
		this.#wire = null;
		const client = await session.catch(() => null);
		await client?.end().catch(() => undefined);
	}

	async #call<T>(work: (client: Client) => Promise<T>): Promise<T> {
		this.#session ??= this.#connect();
		const session = this.#session;
		this.#calls++;
		try {
			return await work(await session);
		} catch (error) {
			if (sqlState(error) === null && this.#session === session) await this.close();
			throw this.#said(error);
		} finally {
			this.#calls--;
		}
	}

	async #connect(): Promise<Client> {
		const { config, secrets } = this.#settings;
		const stream = this.#socket();
		const client = new Client({
			host: config.host,
			port: config.port,
			database: config.database,
			user: config.username,
			password: secrets.password.reveal(),
			ssl: false,
			application_name: 'headgate',
			connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
			stream: () => stream as never,
		});
		this.#wire = { stream, client };
		// Without a listener a connection lost while idle would end the isolate; the next call reports it.
		client.on('error', () => undefined);
		await client.connect();
		const settings = [
			"SET datestyle = 'ISO, MDY'",
			"SET timezone = 'UTC'",
			"SET intervalstyle = 'iso_8601'",
			"SET bytea_output = 'hex'",
			'SET extra_float_digits = 1',
			'SET standard_conforming_strings = on',
			`SET idle_in_transaction_session_timeout = '${IDLE_IN_TRANSACTION}'`,
			`SET statement_timeout = '${config.statement_timeout_seconds}s'`,
		];
		const applied: QueryResult | QueryResult[] = await client.query(settings.join('; '));
		if (!Array.isArray(applied)) throw new Error('the session took no settings');
		return client;
	}

	#socket(): SocketStream {
		const { host, port, ssl } = this.#settings.config;
		return new SocketStream({ host, port, timeoutMs: CONNECT_TIMEOUT_MS, tls: ssl === 'require' ? askForTls : 'off' });
	}

	/** CancelRequest of the protocol, on a connection of its own: length 16, code 80877102, process, key. The server answers nothing. */
	#cancel(processId: number, secretKey: number): void {
		const request = Buffer.alloc(16);
		for (const [index, value] of [16, 80_877_102, processId, secretKey].entries()) request.writeInt32BE(value, index * 4);
		const stream = this.#socket();
		// A statement whose cancelling does not arrive ends by its own time.
		stream.on('error', () => undefined);
		stream.once('connect', () => stream.end(request));
		stream.connect();
	}

	/** What the server says, and what it adds. */
	words(message: string, detail: string): string {
		const said = messageOf(message, this.#redact);
		return detail === '' ? said : `${said} (${messageOf(detail, this.#redact, 200)})`;
	}

	#said(error: unknown): AppError {
		if (error instanceof AppError) return error;
		const { host, port } = this.#settings.config;
		const state = sqlState(error);
		const message = messageOf(error, this.#redact);
		if (state === null) {
			return upstream(`The PostgreSQL server ${host}:${port} could not be used: ${message}.`, {
				retryable: true,
				hint: 'Check host, port, ssl and that the server lets the gateway in; a certificate that is not trusted for the host shows as an internal error.',
			});
		}
		const detail = (error as { detail?: unknown }).detail;
		const failure = upstream(`PostgreSQL refused: ${this.words(message, typeof detail === 'string' ? detail : '')}.`, {
			retryable: isPassing(state),
			hint: hintFor(state),
		});
		const where = (error as { where?: unknown }).where;
		return new AppError('upstream', failure.message, {
			retryable: failure.retryable,
			hint: failure.hint,
			details: { sql_state: state, ...(typeof where === 'string' ? { where: this.#redact(where) } : {}) },
		});
	}
}

/** SSLRequest of the protocol: length 8, code 80877103; the server answers S or N. */
async function askForTls(plain: PlainExchange): Promise<void> {
	await plain.write(new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]));
	const answer = (await plain.read())[0];
	if (answer !== 0x53) throw new Error('the server does not offer TLS; set ssl to disable where the network is private');
}

export function sqlState(error: unknown): string | null {
	const code = error instanceof AppError ? error.details?.['sql_state'] : (error as { code?: unknown })?.code;
	return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html that pass: connection, resources, shutdown, deadlock. */
function isPassing(state: string): boolean {
	return /^(?:08|53|57P0[123]|40001|40P01|55P03|55006)/.test(state);
}

function hintFor(state: string): string {
	switch (state) {
		case '28P01':
		case '28000':
			return 'Check username and password of the connection, and what the server’s pg_hba.conf allows.';
		case '3D000':
			return 'Check database of the connection.';
		case '42501':
			return 'Grant the role this right, or use another role.';
		case '42P01':
			return 'discover_schema lists the tables; names with capitals need double quotes.';
		case '42703':
			return 'discover_schema lists the columns of a table; a text stands in single quotes.';
		case '23505':
			return 'Two rows have the same key: use a merge operation with merge_keys, or make the rows distinct first.';
		case '57014':
			return 'Raise statement_timeout_seconds of the connection, or ask for less.';
		case '25006':
			return 'Only reading is allowed here; execute_sql_component runs statements that write.';
		default:
			return isPassing(state) ? 'This passes by itself: try again.' : 'Correct the SQL or the data.';
	}
}
