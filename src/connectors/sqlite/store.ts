import type { Batch } from '../../data/batch.ts';
import type { Schema } from '../../data/types.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import type { CheckResult, EmbeddedDatabase, TableColumn, TableName, TablePage, TableRead, TableStore, TableWrite, TableWriter } from '../connector.ts';
import { probe } from '../upstream.ts';
import { SqliteClient } from './client.ts';
import { describeQuery, execute } from './query.ts';
import { readPage } from './read.ts';
import { SqliteWriter } from './sink.ts';
import { describeTable, listTables, onlyMain } from './tables.ts';

/** One account's embedded database. */
export class SqliteStore implements TableStore {
	readonly kind = 'tables';
	readonly dialect = 'sqlite';
	readonly #client: SqliteClient;

	constructor(database: EmbeddedDatabase) {
		this.#client = new SqliteClient(database);
	}

	async close(): Promise<void> {}

	/** Nothing of the platform's own can be interrupted. */
	interrupt(): void {}

	/** Writes a row into a table of its own and reads it back, all in a transaction that is undone: what runs do, leaving nothing. */
	check(): Promise<CheckResult> {
		return probe(async () => {
			await this.#client.transact(
				['CREATE TABLE __hg_check (value TEXT)', "INSERT INTO __hg_check VALUES ('check')", 'SELECT value FROM __hg_check'].map((sql) => ({
					sql,
					bindings: [],
				})),
				true,
			);
			const { total } = await this.listTables({ schema: null, search: null, limit: 1, offset: 0 });
			return `Wrote and read a row; there ${total === 1 ? 'is 1 table' : `are ${total} tables`}.`;
		});
	}

	async listTables(request: { schema: string | null; search: string | null; limit: number; offset: number }): Promise<{ tables: TableName[]; total: number }> {
		onlyMain(request.schema);
		return listTables(this.#client, request);
	}

	async describe(table: TableName): Promise<readonly TableColumn[] | null> {
		onlyMain(table.schema);
		const found = await describeTable(this.#client, table.table);
		return found?.columns.map(({ name, type, nativeType, nullable, primaryKey }) => ({ name, type, nativeType, nullable, primaryKey })) ?? null;
	}

	describeQuery(query: string, parameters: readonly QueryParameter[]): Promise<Schema> {
		return describeQuery(this.#client, query, parameters);
	}

	readPage(read: TableRead, cursor: string | null): Promise<TablePage> {
		return readPage(this.#client, read, cursor);
	}

	execute(statement: BoundSql, options: { maxRows: number; readOnly: boolean }): Promise<{ batch: Batch; truncated: boolean; rowsWritten: number }> {
		return execute(this.#client, statement, options);
	}

	writer(target: TableWrite): TableWriter {
		return new SqliteWriter(this.#client, target);
	}
}
