import type { Batch } from '../../data/batch.ts';
import type { Schema } from '../../data/types.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import type { CheckResult, ConnectorEnv, TableColumn, TableName, TablePage, TableRead, TableStore, TableWrite, TableWriter } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { probe } from '../upstream.ts';
import { ClickhouseClient } from './client.ts';
import type { ClickhouseConfig, ClickhouseSecrets } from './config.ts';
import { describeQuery, execute } from './query.ts';
import { ClickhouseReader } from './read.ts';
import { ClickhouseWriter } from './sink.ts';
import { describeTable, listTables, rowsOf } from './tables.ts';

export function openClickhouse(settings: CheckedSettings<ClickhouseConfig, ClickhouseSecrets>, env: ConnectorEnv): TableStore {
	return new ClickhouseStore(new ClickhouseClient(settings, env));
}

/** One database of a ClickHouse server. */
class ClickhouseStore implements TableStore {
	readonly kind = 'tables';
	readonly dialect = 'clickhouse';
	readonly #client: ClickhouseClient;
	readonly #reader: ClickhouseReader;

	constructor(client: ClickhouseClient) {
		this.#client = client;
		this.#reader = new ClickhouseReader(client);
	}

	close(): Promise<void> {
		return this.#reader.close();
	}

	interrupt(): void {
		this.#client.interrupt();
	}

	/** Signs in and lists the database's tables. It writes nothing: users for reading only are right for sources. */
	check(): Promise<CheckResult> {
		return probe(async () => {
			const [version] = await rowsOf(this.#client, 'SELECT version()');
			const { total } = await this.listTables({ schema: null, search: null, limit: 1, offset: 0 });
			return `Signed in to ClickHouse ${version?.[0] ?? ''}; the database ${this.#client.database} has ${total} tables.`;
		});
	}

	listTables(request: { schema: string | null; search: string | null; limit: number; offset: number }): Promise<{ tables: TableName[]; total: number }> {
		return listTables(this.#client, request.schema ?? this.#client.database, request);
	}

	async describe(table: TableName): Promise<readonly TableColumn[] | null> {
		const found = await describeTable(this.#client, table.schema ?? this.#client.database, table.table);
		return found?.columns.map(({ name, type, nativeType, nullable, primaryKey }) => ({ name, type, nativeType, nullable, primaryKey })) ?? null;
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
		return new ClickhouseWriter(this.#client, target);
	}
}
