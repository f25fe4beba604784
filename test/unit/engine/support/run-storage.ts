import { DatabaseSync } from 'node:sqlite';
import type { RunStorage, SqlValue } from '../../../../src/engine/ports.ts';

/** A run's SQLite in memory, with what a crash does to it. */
export interface MemoryStorage extends RunStorage {
	/** Rows written so far, as the platform would bill them. */
	readonly rowsWritten: number;
	/** After that many further statements and commits everything throws, and an open transaction is undone. */
	dieAfter(operations: number): void;
	readonly isDead: boolean;
	/** The machine is back: what was committed is there. */
	revive(): void;
}

export function memoryStorage(path = ':memory:'): MemoryStorage {
	const database = new DatabaseSync(path);
	const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
	let written = 0;
	let left = Number.POSITIVE_INFINITY;
	const operate = () => {
		if (left-- <= 0) throw new Error('the machine went away');
	};
	return {
		sql<Row>(query: string, ...bindings: SqlValue[]): Row[] {
			operate();
			let statement = prepared.get(query);
			if (statement === undefined) {
				statement = database.prepare(query);
				prepared.set(query, statement);
			}
			const values = bindings.map((value) => (value instanceof ArrayBuffer ? new Uint8Array(value) : value));
			if (/^\s*(select|with)/i.test(query)) return statement.all(...values) as Row[];
			written += Number(statement.run(...values).changes);
			return [];
		},
		transaction<T>(work: () => T): T {
			operate();
			database.exec('BEGIN');
			try {
				const result = work();
				operate();
				database.exec('COMMIT');
				return result;
			} catch (error) {
				database.exec('ROLLBACK');
				throw error;
			}
		},
		get rowsWritten() {
			return written;
		},
		dieAfter(operations) {
			left = operations;
		},
		get isDead() {
			return left <= 0;
		},
		revive() {
			left = Number.POSITIVE_INFINITY;
		},
	};
}
