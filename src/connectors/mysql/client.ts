import { type Connection, type ConnectionOptions, createConnection, type FieldPacket } from 'mysql2';
import { AppError } from '../../lib/errors.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import type { ConnectorEnv } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { refusePrivateHost } from '../private-host.ts';
import { SocketStream } from '../sockets.ts';
import { messageOf, upstream } from '../upstream.ts';
import type { MysqlConfig, MysqlSecrets } from './config.ts';
import type { MysqlCell, MysqlField } from './types.ts';

const CONNECT_TIMEOUT_MS = 15_000;
const UNSIGNED_FLAG = 32;
const BINARY_CHARSET = 63;

export interface MysqlResult {
	readonly fields: readonly MysqlField[];
	readonly rows: readonly (readonly MysqlCell[])[];
	readonly affected: number;
}

/** The modes that literals rely on (no ANSI_QUOTES, no NO_BACKSLASH_ESCAPES) and those that make bad values errors, not other values. */
const SQL_MODE = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY';

/** Passing: too many connections, shutdown, lock wait timeout, deadlock, a row that changed since the transaction began (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html). */
const PASSING: ReadonlySet<number> = new Set([1020, 1040, 1053, 1203, 1205, 1213, 1317, 3024]);

const REFUSED = 'MySQL refused: ';

/** One session, opened when first used. Says failures in our words; the only place that decides which are worth another try. */
export class MysqlClient {
	readonly #settings: CheckedSettings<MysqlConfig, MysqlSecrets>;
	readonly #redact: Redact;
	readonly #env: ConnectorEnv;
	#session: Promise<Connection> | null = null;
	/** Of the session, from its first byte on. */
	#wire: { readonly stream: SocketStream; readonly connection: Connection } | null = null;
	#calls = 0;
	/** Whether a COMMIT was carried out is known by its answer alone. */
	#committing = false;

	constructor(settings: CheckedSettings<MysqlConfig, MysqlSecrets>, env: ConnectorEnv) {
		this.#env = env;
		refusePrivateHost(settings.config.host, env.allowPrivateHosts);
		this.#settings = settings;
		this.#redact = redactor([settings.secrets.password]);
	}

	get database(): string {
		return this.#settings.config.database;
	}

	/** One statement, its rows at once. */
	query(sql: string): Promise<MysqlResult> {
		return this.#call(async (connection) => {
			const { promise, resolve, reject } = Promise.withResolvers<MysqlResult>();
			connection.query<never>({ sql, rowsAsArray: true, typeCast }, (error, rows: unknown, fields: FieldPacket[] | undefined) => {
				if (error !== null) reject(error);
				else if (Array.isArray(rows)) resolve(resultOf(rows as RawRow[], (fields ?? []).map(fieldOf)));
				else resolve({ fields: [], rows: [], affected: (rows as { affectedRows?: number }).affectedRows ?? 0 });
			});
			return promise;
		});
	}

	/** The rows of a query as they come; the session does nothing else until they have ended or it is closed. */
	async *stream(sql: string): AsyncGenerator<readonly MysqlCell[], void> {
		const connection = await this.#call(async (session) => session);
		const query = connection.query({ sql, rowsAsArray: true, typeCast });
		let fields: readonly MysqlField[] = [];
		query.on('fields', (packets: FieldPacket[]) => {
			fields = packets.map(fieldOf);
		});
		const rows = query.stream({ highWaterMark: 500 });
		// mysql2 tells a lost connection to it alone, and never to a query that streams.
		const lost = (error: Error) => rows.destroy(error);
		connection.once('error', lost);
		this.#calls++;
		try {
			for await (const row of rows) yield cellsOf(row as RawRow, fields);
		} catch (error) {
			throw this.#said(error);
		} finally {
			connection.off('error', lost);
			this.#calls--;
		}
	}

	/** All of the work in one transaction, or none. */
	async transaction<T>(begin: 'START TRANSACTION' | 'START TRANSACTION READ ONLY', work: () => Promise<T>): Promise<T> {
		await this.query(begin);
		try {
			const result = await work();
			this.#committing = begin === 'START TRANSACTION';
			await this.query(this.#committing ? 'COMMIT' : 'ROLLBACK');
			return result;
		} catch (error) {
			// A session that is gone has rolled back by itself.
			if (this.#session !== null) await this.query('ROLLBACK').catch(() => this.close());
			throw error;
		} finally {
			this.#committing = false;
		}
	}

	/** All of the work in one transaction, and then none of it: of tables that have transactions. */
	async undone<T>(work: () => Promise<T>): Promise<T> {
		await this.query('START TRANSACTION');
		try {
			return await work();
		} finally {
			if (this.#session !== null) await this.query('ROLLBACK').catch(() => this.close());
		}
	}

	/** Ends the statement under way, here and on the server, and its session with it; a transaction is undone. A COMMIT goes on. */
	interrupt(): void {
		if (this.#calls === 0 || this.#committing || this.#wire === null) return;
		const { stream, connection } = this.#wire;
		if (typeof connection.threadId === 'number') this.#kill(connection.threadId);
		stream.destroy(new Error('nobody waits for it any more'));
	}

	async close(): Promise<void> {
		const session = this.#session;
		this.#session = null;
		this.#wire = null;
		(await session?.catch(() => null))?.destroy();
	}

	async #call<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
		this.#session ??= this.#connect();
		const session = this.#session;
		this.#calls++;
		try {
			return await work(await session);
		} catch (error) {
			if (errorNumber(error) === null && this.#session === session) await this.close();
			throw this.#said(error);
		} finally {
			this.#calls--;
		}
	}

	async #connect(): Promise<Connection> {
		const { config, secrets } = this.#settings;
		const stream = new SocketStream({ host: config.host, port: config.port, timeoutMs: CONNECT_TIMEOUT_MS, tls: config.ssl === 'require' ? 'later' : 'off' });
		const options: ConnectionOptions = {
			host: config.host,
			user: config.username,
			password: secrets.password.reveal(),
			database: config.database,
			charset: 'utf8mb4',
			stream,
			// Its row parsers are made by `new Function`, which Workers have not.
			disableEval: true,
			enableCleartextPlugin: false,
			infileStreamFactory: () => {
				throw new Error('the server asked for a local file');
			},
			...(config.ssl === 'require' ? { ssl: {} } : {}),
		};
		const connection = createConnection(options);
		this.#wire = { stream, connection };
		// Its own way goes through node:tls; the socket goes on encrypted by itself and verifies the certificate.
		Reflect.set(connection, 'startTLS', (done: (error?: Error) => void) => stream.startTls().then(() => done(), done));
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		connection.once('connect', () => resolve());
		// A connection that is lost while idle must not end the isolate; the next call reports it.
		connection.on('error', reject);
		stream.connect();
		await promise;
		await new Promise<void>((resolveSet, rejectSet) => {
			connection.query(`SET SESSION sql_mode = '${SQL_MODE}', time_zone = '+00:00', sql_select_limit = DEFAULT`, (error) =>
				error === null ? resolveSet() : rejectSet(error),
			);
		});
		return connection;
	}

	/** On a session of its own. A statement whose end does not arrive there ends by its own time. */
	#kill(threadId: number): void {
		const other = new MysqlClient(this.#settings, this.#env);
		other
			.query(`KILL ${threadId}`)
			.catch(() => undefined)
			.then(() => other.close())
			.catch(() => undefined);
	}

	#said(error: unknown): AppError {
		if (error instanceof AppError) return error;
		const { host, port } = this.#settings.config;
		const number = errorNumber(error);
		const message = messageOf(error, this.#redact);
		if (number === null) {
			return upstream(`The MySQL server ${host}:${port} could not be used: ${message}.`, {
				retryable: true,
				hint: 'Check host, port, ssl and that the server lets the gateway in; a certificate that is not trusted for the host shows as an internal error.',
			});
		}
		const retryable = PASSING.has(number);
		const failure = upstream(`${REFUSED}${message}.`, { retryable, hint: hintFor(number, retryable) });
		return new AppError('upstream', failure.message, { retryable, hint: failure.hint, details: { mysql_error: number } });
	}
}

/** The server's own words in an error. */
export function wordsOf({ message }: AppError): string {
	return message.startsWith(REFUSED) ? message.slice(REFUSED.length, -1) : message;
}

/** A value as its text where its type has only one; bytes and texts come as bytes, which the column's character set tells apart. */
function typeCast(field: { readonly type: string; string(): string | null; buffer(): Buffer | null }): string | null | Buffer {
	return /BLOB|STRING|VARCHAR|BIT|GEOMETRY/.test(field.type) ? field.buffer() : field.string();
}

type RawRow = readonly (string | null | Buffer)[];

const UTF8 = new TextDecoder();

function resultOf(rows: readonly RawRow[], fields: readonly MysqlField[]): MysqlResult {
	return { fields, rows: rows.map((row) => cellsOf(row, fields)), affected: 0 };
}

/** Texts arrive in the session's character set, utf8mb4, whatever their column's is. */
function cellsOf(row: RawRow, fields: readonly MysqlField[]): MysqlCell[] {
	return row.map((cell, index) =>
		cell === null || typeof cell === 'string' ? cell : fields[index]?.binary === true ? new Uint8Array(cell) : UTF8.decode(cell),
	);
}

function fieldOf(field: FieldPacket): MysqlField {
	return {
		name: field.name,
		columnType: field.columnType ?? 0,
		length: field.columnLength ?? 0,
		decimals: field.decimals,
		unsigned: (Number(field.flags) & UNSIGNED_FLAG) !== 0,
		binary: field.characterSet === BINARY_CHARSET,
		json: field.extendedFormat === 'json',
	};
}

/** The server's number of an error; null where the connection itself failed. */
export function errorNumber(error: unknown): number | null {
	if (error instanceof AppError) return typeof error.details?.['mysql_error'] === 'number' ? error.details['mysql_error'] : null;
	const { errno, sqlState, fatal } = (error ?? {}) as { errno?: unknown; sqlState?: unknown; fatal?: unknown };
	if (typeof errno !== 'number' || typeof sqlState !== 'string') return null;
	// Refused sign-ins are fatal to the connection and still the server's word.
	return fatal === true && errno < 1000 ? null : errno;
}

function hintFor(number: number, retryable: boolean): string {
	switch (number) {
		case 1045:
		case 1044:
			return 'Check username and password of the connection, and what the user may reach.';
		case 1049:
			return 'Check database of the connection.';
		case 1142:
			return 'Grant the user this right, or use another user.';
		case 1146:
			return 'discover_schema lists the tables; names are case-sensitive on most servers.';
		case 1054:
			return 'discover_schema lists the columns of a table; a text stands in single quotes.';
		case 1062:
			return 'Two rows have the same key: use a merge operation with merge_keys, or make the rows distinct first.';
		case 1792:
			return 'Only reading is allowed here; execute_sql_component runs statements that write.';
		default:
			return retryable ? 'This passes by itself: try again.' : 'Correct the SQL or the data.';
	}
}
