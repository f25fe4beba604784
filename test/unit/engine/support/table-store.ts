import type { TableColumn, TableName, TablePage, TableRead, TableStore, TableWrite, TableWriter } from '../../../../src/connectors/connector.ts';
import { batchFromJson, rowsToJson } from '../../../../src/data/json.ts';
import type { Schema } from '../../../../src/data/types.ts';
import { AppError } from '../../../../src/lib/errors.ts';

type Row = Record<string, unknown>;

/** A database in memory that keeps the connector's promises to the letter: a ledger of sequences, and a commit of all or nothing. */
export class MemoryTables implements TableStore {
	quote(name: string): string {
		return `"${name}"`;
	}

	readonly kind = 'tables';
	/** One that nothing is emitted for: conditions are the engine's to judge. */
	readonly dialect = 'trino';
	readonly tables = new Map<string, { schema: Schema; rows: Row[] }>();
	readonly staging = new Map<string, Map<number, Row[]>>();
	readonly committed = new Set<string>();
	/** Says no to a row, with a reason. */
	refuse: (row: Row) => string | null = () => null;
	/** A rule of all rows together, that a commit breaks as a whole: why a row may not stand behind the others. Null: there is none, and none is rehearsed. */
	rule: ((row: Row, before: readonly Row[]) => string | null) | null = null;
	/** Called before every write; may throw. */
	beforeWrite: () => void = () => {};
	writes = 0;

	async close() {}
	interrupt() {}
	async check() {
		return { ok: true, latencyMs: 0, message: '' };
	}
	async listTables() {
		return { tables: [], total: 0 };
	}
	async describe({ table }: TableName): Promise<readonly TableColumn[] | null> {
		const found = this.tables.get(table);
		return found === undefined ? null : found.schema.map(({ name, type }) => ({ name, type, nativeType: type.kind, nullable: true, primaryKey: false }));
	}
	async describeQuery() {
		return [];
	}
	async execute(): Promise<never> {
		throw new Error('nothing is executed here');
	}

	async readPage(read: TableRead, cursor: string | null): Promise<TablePage> {
		const name = 'table' in read.from ? read.from.table : '';
		const { rows } = this.tables.get(name) ?? { rows: [] };
		const from = Number(cursor ?? 0);
		const page = rows.slice(from, from + 3).map((row) => Object.fromEntries(read.columns.map((column) => [column.name, row[column.source]])));
		const { batch, rejected } = batchFromJson(read.columns, page);
		const misfits = rejected.map(({ row, field, value, message }) => ({
			row,
			column: read.columns.findIndex(({ name }) => name === field),
			value: JSON.stringify(value),
			message,
		}));
		return { batch, misfits, cursor: from + 3 < rows.length ? String(from + 3) : null };
	}

	writer({ destination, owner }: TableWrite): TableWriter {
		const staged = () => {
			const found = this.staging.get(owner);
			if (found === undefined) throw new AppError('conflict', `${owner} was never begun`);
			return found;
		};
		const all = () => [...staged().entries()].sort(([a], [b]) => a - b).flatMap(([, part]) => part);
		const broken = (rows: readonly Row[]) => {
			const taken: Row[] = [];
			return rows.flatMap((row, place) => {
				const message = this.rule?.(row, taken) ?? null;
				if (message === null) taken.push(row);
				return message === null ? [] : [{ place, message }];
			});
		};
		return {
			...(this.rule === null ? {} : { rehearse: async () => broken(all()) }),
			begin: async () => {
				if (!this.staging.has(owner)) this.staging.set(owner, new Map());
			},
			write: async (batch, sequence) => {
				this.beforeWrite();
				this.writes++;
				const rows = rowsToJson(batch);
				const rejected = rows.flatMap((row, index) => {
					const message = this.refuse(row);
					return message === null ? [] : [{ row: index, field: null, message }];
				});
				const bad = new Set(rejected.map((each) => each.row));
				if (!staged().has(sequence))
					staged().set(
						sequence,
						rows.filter((_, index) => !bad.has(index)),
					);
				return rejected;
			},
			commit: async (without = []) => {
				if (this.committed.has(owner)) return { rows: 0 };
				const rows = all().filter((_, place) => !without.includes(place));
				const [first] = broken(rows);
				if (first !== undefined) throw new AppError('upstream', first.message, { retryable: false });
				const before = destination.operation === 'append' ? (this.tables.get(destination.table)?.rows ?? []) : [];
				this.tables.set(destination.table, { schema: [], rows: [...before, ...rows] });
				this.committed.add(owner);
				this.staging.delete(owner);
				return { rows: rows.length };
			},
			abort: async () => {
				this.staging.delete(owner);
				return this.committed.has(owner);
			},
		};
	}
}
