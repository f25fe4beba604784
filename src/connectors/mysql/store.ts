import type { Batch } from '../../data/batch.ts';
import type { Schema } from '../../data/types.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import type { CheckResult, ConnectorEnv, TableColumn, TableName, TablePage, TableRead, TableStore, TableWrite, TableWriter } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { probe } from '../upstream.ts';
import { MysqlClient } from './client.ts';
import type { MysqlConfig, MysqlSecrets } from './config.ts';
import { describeQuery, execute } from './query.ts';
import { MysqlReader } from './read.ts';
import { MysqlWriter } from './sink.ts';
import { describeTable, listTables } from './tables.ts';

export function openMysql(settings: CheckedSettings<MysqlConfig, MysqlSecrets>, env: ConnectorEnv): TableStore {
	const client = new MysqlClient(settings, env);
	return new MysqlStore(client, new MysqlReader(client, settings, env));
}

/** One database of a MySQL or MariaDB server. */
class MysqlStore implements TableStore {
	readonly kind = 'tables';
	readonly dialect = 'mysql';
	readonly #client: MysqlClient;
	readonly #reader: MysqlReader;

	constructor(client: MysqlClient, reader: MysqlReader) {
		this.#client = client;
		this.#reader = reader;
	}

	async close(): Promise<void> {
		await Promise.all([this.#client.close(), this.#reader.close()]);
	}

	interrupt(): void {
		this.#client.interrupt();
		this.#reader.interrupt();
	}

	/** Signs in and lists the database's tables. It writes nothing: users for reading only are right for sources. */
	check(): Promise<CheckResult> {
		return probe(async () => {
			const version = await this.#client.query('SELECT VERSION()');
			const { total } = await this.listTables({ schema: null, search: null, limit: 1, offset: 0 });
			return `Signed in to ${String(version.rows[0]?.[0])}; the database ${this.#client.database} has ${total} tables.`;
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
		return new MysqlWriter(this.#client, target);
	}
}
