import type { RunStorage, SqlValue } from '../../engine/ports.ts';

/** The object's SQLite as the engine wants it. */
export function durableStorage(storage: DurableObjectStorage): RunStorage {
	return {
		sql<Row>(query: string, ...bindings: SqlValue[]): Row[] {
			return storage.sql.exec(query, ...bindings).toArray() as Row[];
		},
		transaction: (work) => storage.transactionSync(work),
	};
}
