import type { Batch } from '../../data/batch.ts';
import type { Schema } from '../../data/types.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import type { CheckResult, ConnectorEnv, TableColumn, TableName, TablePage, TableRead, TableStore, TableWrite, TableWriter } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { probe } from '../upstream.ts';
import { PgClient } from './client.ts';
import type { PostgresConfig, PostgresSecrets } from './config.ts';
import { describeQuery, execute } from './query.ts';
import { PgReader } from './read.ts';
import { PgWriter } from './sink.ts';
import { describeTable, listTables } from './tables.ts';

export function openPostgres(settings: CheckedSettings<PostgresConfig, PostgresSecrets>, env: ConnectorEnv): TableStore {
	return new PgStore(new PgClient(settings, env), new PgClient(settings, env), settings.config.schema);
}

/** One database of a PostgreSQL server: one session reads pages, for its cursors live in a transaction; the other does everything else. */
class PgStore implements TableStore {
	readonly kind = 'tables';
	readonly dialect = 'postgresql';
	readonly #client: PgClient;
	readonly #reader: PgReader;
	readonly #schema: string;

	constructor(client: PgClient, reading: PgClient, schema: string) {
		this.#client = client;
		this.#reader = new PgReader(reading, schema);
		this.#schema = schema;
	}

	async close(): Promise<void> {
		await Promise.all([this.#client.close(), this.#reader.close()]);
	}

	interrupt(): void {
		this.#client.interrupt();
		this.#reader.interrupt();
	}

	/** Signs in and lists the schema's tables. It writes nothing: roles for reading only are right for sources. */
	check(): Promise<CheckResult> {
		return probe(async () => {
			const version = await this.#client.query('SHOW server_version');
			const { total } = await this.listTables({ schema: null, search: null, limit: 1, offset: 0 });
			return `Signed in to PostgreSQL ${version.rows[0]?.[0] ?? ''}; the schema ${this.#schema} has ${total} tables.`;
		});
	}

	listTables(request: { schema: string | null; search: string | null; limit: number; offset: number }): Promise<{ tables: TableName[]; total: number }> {
		return listTables(this.#client, request.schema ?? this.#schema, request);
	}

	async describe(table: TableName): Promise<readonly TableColumn[] | null> {
		const found = await describeTable(this.#client, table.schema ?? this.#schema, table.table);
		if (found === null) return null;
		return found.columns.map(({ name, type, nativeType, collation, nullable, primaryKey }) => ({
			name,
			type,
			nativeType: collation === null ? nativeType : `${nativeType} COLLATE ${collation}`,
			nullable,
			primaryKey,
		}));
	}

	describeQuery(query: string, parameters: readonly QueryParameter[]): Promise<Schema> {
		return describeQuery(this.#client, query, parameters);
	}

	readPage(read: TableRead, cursor: string | null): Promise<TablePage> {
		return this.#reader.readPage(read, cursor);
	}

	execute(statement: BoundSql, options: { maxRows: number; readOnly: boolean }): Promise<{ batch: Batch; truncated: boolean; rowsWritten: number }> {
		return execute(this.#client, statement, options);
	}

	writer(target: TableWrite): TableWriter {
		return new PgWriter(this.#client, target, this.#schema);
	}
}
