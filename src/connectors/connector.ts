import type * as z from 'zod';
import type { Batch } from '../data/batch.ts';
import type { DataType, Schema } from '../data/types.ts';
import type { Secret } from '../lib/secret.ts';
import type { BoundSql, QueryParameter, TableDestination } from '../plan/endpoints.ts';

/**
 * How one outside system is reached. Capabilities are data; `open` gives the one object that talks to it.
 * A connector owns its origin, and its `client.ts` alone decides what is retryable (`AppError.retryable`, code `upstream`).
 */
export interface ConnectorDefinition {
	/** The connection type users see: `r2`, `sqlite`, `postgresql` … */
	readonly type: string;
	readonly title: string;
	readonly kind: OpenConnection['kind'];
	/** Non-secret settings, shown by get_connection. */
	readonly config: z.ZodObject;
	/** Credentials: go in, are sealed, never come out. */
	readonly secrets: z.ZodObject;
	/**
	 * Settings that decide where credentials go and how well they are covered on the way. Whoever changes one enters the credentials
	 * again: otherwise a stored password could be sent to a host of their choice.
	 */
	readonly credentialSettings: readonly string[];
	readonly suggestedComponents: readonly string[];
	/** Sinks of this connector write each row exactly once, or at least once and why. */
	readonly delivery: { readonly guarantee: 'exactly_once' | 'at_least_once'; readonly because: string };
	/**
	 * Loads the system's driver and gives the object that talks to it; nothing is sent before its first use.
	 * Throws `invalid_input` where config or secrets do not fit their schemas.
	 */
	open(settings: ConnectionSettings, env: ConnectorEnv): Promise<OpenConnection>;
}

export interface ConnectionSettings {
	readonly accountId: number;
	readonly config: Readonly<Record<string, unknown>>;
	readonly secrets: Readonly<Record<string, Secret>>;
}

/** What the platform lends to connectors. The embedded systems get only their own account's part of it. */
export interface ConnectorEnv {
	/** The bucket of embedded storage; every key is below `accounts/<id>/files/`. */
	readonly files: R2Bucket;
	/** The account's own SQLite. */
	database(accountId: number): EmbeddedDatabase;
	readonly fetch: typeof fetch;
	/** Loopback, private and link-local hosts may be connected to: `HEADGATE_ALLOW_PRIVATE_HOSTS` is `true`. */
	readonly allowPrivateHosts: boolean;
}

/**
 * RPC face of the embedded database object; see src/objects/database.ts. Statements are single ones, already guarded. What
 * SQLite refuses is an answer: an exception would be logged by the runtime as the object's own fault.
 */
export interface EmbeddedDatabase {
	/**
	 * Runs one statement; at most `maxRows` rows and about `maxBytes` of cells come back. Integers past 2^53 lose digits
	 * unless the statement casts them to text. With `readOnly` whatever the statement did is undone, and it is refused where it wrote rows.
	 */
	query(
		statement: SqlStatement,
		options: { readonly maxRows: number; readonly maxBytes: number; readonly readOnly: boolean },
	): Promise<SqlAnswer<PackedResult>>;
	/** All statements in one transaction, or none; `undo` rolls back even when all succeed. Each gives at most 1,000 rows. */
	transact(statements: readonly SqlStatement[], options: { readonly undo: boolean }): Promise<SqlAnswer<readonly PackedResult[]>>;
	/** The rows that constraints refuse, of those that `apply` puts into a table; whatever was done is undone. */
	rehearse(rehearsal: Rehearsal): Promise<SqlAnswer<readonly RefusedRow[]>>;
	/** The first page of a read-only statement; where there are more rows they are kept as they are at this moment, for `page`. */
	snapshot(statement: SqlStatement, options: { readonly pageRows: number; readonly maxBytes: number }): Promise<SqlAnswer<PackedPage>>;
	/** A later page of a snapshot; it may be asked for again until the snapshot has been left alone for two days. */
	page(cursor: string): Promise<SqlAnswer<PackedPage>>;
}

/** `apply` is run for ranges of rows: `ranged` ones have two more bindings, the number of rows before the range and of those up to its end. */
export interface Rehearsal {
	readonly before: readonly SqlStatement[];
	/** How many rows there are. */
	readonly count: SqlStatement;
	readonly apply: readonly (SqlStatement & { readonly ranged: boolean })[];
}

/** `sqlite`: the message is the database's own · `wrote`: a read-only statement wrote · `gone`: no such snapshot any more. */
export type SqlAnswer<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly reason: 'sqlite' | 'wrote' | 'gone' | 'large'; readonly message: string };

/** What SQLite stores and binds. Numbers bind as REAL: where an integer is meant the statement says `CAST(? AS INTEGER)`. */
export type SqlCell = null | number | string | Uint8Array;

export interface SqlStatement {
	readonly sql: string;
	readonly bindings: readonly SqlCell[];
}

/** `packed`: rows as JSON text (src/connectors/sqlite/packed-rows.ts), which crosses to another object twice as fast as arrays do. */
export interface PackedResult {
	readonly columns: readonly string[];
	readonly packed: string;
	readonly truncated: boolean;
	/** Rows inserted, updated and deleted. */
	readonly rowsWritten: number;
}

export interface PackedPage {
	readonly packed: string;
	readonly cursor: string | null;
}

export type OpenConnection = FileStore | TableStore | HttpEndpoint;

export interface CheckResult {
	readonly ok: boolean;
	readonly latencyMs: number;
	/** What was tried, or why it failed, without secrets. */
	readonly message: string;
}

// ---------------------------------------------------------------------------------------------------------------- files

export interface FileStore {
	readonly kind: 'files';
	/** Lets go of sockets; the connection may be used again and then opens new ones. */
	close(): Promise<void>;
	/** Gives up what is under way and may be done again, or is undone by itself: nobody waits for it any more. What makes things visible goes on. */
	interrupt(): void;
	check(): Promise<CheckResult>;
	/** Objects below a prefix in key order, 1,000 a page. */
	list(request: {
		readonly bucket: string | null;
		readonly prefix: string;
		readonly after: string | null;
	}): Promise<{ readonly files: readonly FileInfo[]; readonly after: string | null }>;
	stat(bucket: string | null, path: string): Promise<FileInfo | null>;
	/** Bytes from `offset`; `etag` makes a file that changed meanwhile an error (`conflict`) rather than a mixture. */
	read(file: {
		readonly bucket: string | null;
		readonly path: string;
		readonly offset: number;
		readonly length: number | null;
		readonly etag: string | null;
	}): Promise<ReadableStream<Uint8Array>>;
	/** Starts an upload that shows nothing until `complete`. */
	beginUpload(target: { readonly bucket: string | null; readonly path: string; readonly contentType: string; readonly owner: string }): Promise<string>;
	/** Part numbers begin at 1; every part but the last has `partBytes`. Repeating a part replaces it. Gives its tag, after which the bytes may be written over. */
	uploadPart(upload: UploadRef, part: number, bytes: Uint8Array): Promise<string>;
	/** Idempotent: completing an upload that is complete succeeds. */
	completeUpload(upload: UploadRef, tags: readonly string[]): Promise<void>;
	abortUpload(upload: UploadRef): Promise<void>;
	copy(from: { readonly bucket: string | null; readonly path: string }, to: { readonly bucket: string | null; readonly path: string }): Promise<void>;
	remove(bucket: string | null, path: string): Promise<void>;
	readonly partBytes: number;
}

export interface FileInfo {
	readonly path: string;
	readonly size: number;
	readonly etag: string;
	readonly modifiedAt: number;
}

/** `token` is what `beginUpload` gave; `owner` the run and node, so that a repeated `complete` knows its own work. */
export interface UploadRef {
	readonly bucket: string | null;
	readonly path: string;
	readonly token: string;
	readonly owner: string;
}

// --------------------------------------------------------------------------------------------------------------- tables

export type SqlDialect = 'sqlite' | 'postgresql' | 'mysql' | 'clickhouse' | 'snowflake' | 'bigquery' | 'trino' | 'databricks';

export interface TableStore {
	readonly kind: 'tables';
	readonly dialect: SqlDialect;
	close(): Promise<void>;
	/** Gives up what is under way and may be done again, or is undone by itself: nobody waits for it any more. What makes things visible goes on. */
	interrupt(): void;
	check(): Promise<CheckResult>;
	listTables(request: {
		readonly schema: string | null;
		readonly search: string | null;
		readonly limit: number;
		readonly offset: number;
	}): Promise<{ readonly tables: readonly TableName[]; readonly total: number }>;
	/** Null where there is no such table. */
	describe(table: TableName): Promise<readonly TableColumn[] | null>;
	/** The columns a query would give, without reading rows where the system can do that. */
	describeQuery(query: string, parameters: readonly QueryParameter[]): Promise<Schema>;
	/** One page of rows, resumable: `cursor` null begins, a null cursor in the answer ends. The order is stable within one read. */
	readPage(read: TableRead, cursor: string | null): Promise<TablePage>;
	/** One statement of the database's own SQL; rows back, at most `maxRows`. */
	execute(
		statement: BoundSql,
		options: { readonly maxRows: number; readonly readOnly: boolean },
	): Promise<{ readonly batch: Batch; readonly truncated: boolean; readonly rowsWritten: number }>;
	writer(target: TableWrite): TableWriter;
}

export interface TableName {
	readonly schema: string | null;
	readonly table: string;
}

export interface TableColumn {
	readonly name: string;
	readonly type: DataType;
	/** As the database spells it. */
	readonly nativeType: string;
	readonly nullable: boolean;
	readonly primaryKey: boolean;
}

export interface TableRead {
	readonly from: TableName | { readonly query: string; readonly parameters: readonly QueryParameter[] };
	readonly columns: readonly { readonly source: string; readonly name: string; readonly type: DataType }[];
	/** Already in this system's dialect. */
	readonly where: BoundSql | null;
	readonly splitBy: string | null;
	readonly pageRows: number;
}

/** A page of a read. `misfits`: cells that are not of their column's type, which are null in the batch. */
export interface TablePage {
	readonly batch: Batch;
	readonly cursor: string | null;
	readonly misfits?: readonly MisfitCell[];
}

export interface MisfitCell {
	readonly row: number;
	/** By its place in the batch. */
	readonly column: number;
	/** As the system gives it, cut. */
	readonly value: string;
	readonly message: string;
}

export interface TableWrite {
	readonly destination: TableDestination;
	/** Names the staging table and the ledger: `<run id>_<node id>`; the same at every restart of the run. */
	readonly owner: string;
	/** `mergeCondition` in this system's dialect. */
	readonly mergeCondition: BoundSql | null;
}

/**
 * Exactly once through a staging table and a ledger: `begin` may be repeated, `write` of the same `sequence` is ignored the
 * second time, `commit` moves everything in one transaction (pre SQL, operation, post SQL, drop of the staging) and may be repeated.
 * `abort` gives true where a commit had been made (its answer was lost, or it was past undoing): then that stays.
 */
export interface TableWriter {
	begin(): Promise<void>;
	write(batch: Batch, sequence: number): Promise<readonly RejectedRow[]>;
	/**
	 * Does what `commit` would and undoes it: the staged rows that constraints of the table refuse. Left out where the connector cannot.
	 * May be repeated; a table that others change meanwhile may still refuse the commit.
	 */
	rehearse?(): Promise<readonly RefusedRow[]>;
	/** `without`: places of staged rows that are left out; not given where none were looked for. */
	commit(without?: readonly number[]): Promise<{ readonly rows: number }>;
	abort(): Promise<boolean>;
}

/** A staged row that a constraint refuses, by its place among all that were staged, from 0. */
export interface RefusedRow {
	readonly place: number;
	readonly message: string;
}

/** A row the destination would not take, by its index in the batch. */
export interface RejectedRow {
	readonly row: number;
	readonly field: string | null;
	readonly message: string;
	/** A rule of the table refuses it; without one a value does not fit. */
	readonly class?: 'constraint';
}

// ----------------------------------------------------------------------------------------------------------------- http

export interface HttpEndpoint {
	readonly kind: 'http';
	close(): Promise<void>;
	/** Gives up what is under way and may be sent again: nobody waits for its answer any more. */
	interrupt(): void;
	check(): Promise<CheckResult>;
	/** `path` is joined below the connection's origin; the answer is never a redirect to another origin. */
	send(request: {
		readonly path: string;
		readonly method: string;
		readonly headers: Readonly<Record<string, string>>;
		readonly query: Readonly<Record<string, string>>;
		readonly body: string | null;
	}): Promise<Response>;
}
