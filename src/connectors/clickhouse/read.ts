import type { DataType } from '../../data/types.ts';
import type { Json } from '../../lib/json.ts';
import type { MisfitCell, TablePage, TableRead } from '../connector.ts';
import { CLICKHOUSE_RULES } from '../sql/lexer.ts';
import { requireColumns } from '../sql/require-columns.ts';
import { oneStatement, ordersItself } from '../sql/statements.ts';
import type { ClickhouseClient } from './client.ts';
import { inline, quoteName } from './literal.ts';
import { columnsOf, type QueryColumn, refuseFormat } from './query.ts';
import { batchOf, streamedRows } from './rows.ts';
import { describeTable, missingTable, qualified } from './tables.ts';
import { plainType, selectable } from './types.ts';

const PAGE_BYTES = 4 * 1024 * 1024;
/** Answers that may be open at once; the eldest is ended. */
const MAX_PORTALS = 4;

interface Portal {
	readonly rows: AsyncGenerator<Json[], void>;
	/** Read already, for the next page. */
	ahead: Json[] | undefined;
}

/**
 * Streams one answer and hands it out in pages. ClickHouse has no key that tells rows apart and reads in any order, so rows come in
 * an order over all columns; where a page is asked for that no open answer stands at (the run was moved to another machine), the
 * query runs again and skips the rows seen. A query that has an ORDER BY keeps it.
 */
export class ClickhouseReader {
	readonly #client: ClickhouseClient;
	readonly #portals = new Map<string, Portal>();

	constructor(client: ClickhouseClient) {
		this.#client = client;
	}

	async readPage(read: TableRead, cursor: string | null): Promise<TablePage> {
		const skipped = Number(cursor ?? 0);
		const name = JSON.stringify([read, skipped]);
		const portal = this.#portals.get(name) ?? (await this.#open(read, skipped));
		this.#portals.delete(name);
		const rows: Json[][] = [];
		let bytes = 0;
		let next = portal.ahead ?? (await portal.rows.next()).value ?? undefined;
		while (next !== undefined && rows.length < read.pageRows && bytes < PAGE_BYTES) {
			rows.push(next);
			for (const cell of next) bytes += typeof cell === 'string' ? cell.length + 8 : 8;
			next = (await portal.rows.next()).value ?? undefined;
		}
		const schema = read.columns.map((column) => ({ name: column.name, type: column.type }));
		const misfits: MisfitCell[] = [];
		const batch = batchOf(schema, rows, 'query' in read.from ? 'query' : `table ${read.from.table}`, misfits);
		if (next === undefined) return { batch, misfits, cursor: null };
		portal.ahead = next;
		await this.#keep(JSON.stringify([read, skipped + rows.length]), portal);
		return { batch, misfits, cursor: String(skipped + rows.length) };
	}

	async close(): Promise<void> {
		const open = [...this.#portals.values()];
		this.#portals.clear();
		await Promise.all(open.map((portal) => portal.rows.return()));
	}

	async #keep(name: string, portal: Portal): Promise<void> {
		const [eldest] = this.#portals;
		if (eldest !== undefined && this.#portals.size >= MAX_PORTALS) {
			this.#portals.delete(eldest[0]);
			await eldest[1].rows.return();
		}
		this.#portals.set(name, portal);
	}

	async #open(read: TableRead, skip: number): Promise<Portal> {
		const { from, columns, ordered } = await this.#source(read);
		const known = new Map(columns.map((column) => [column.name, column.native]));
		const cell = (column: { readonly source: string; readonly type: DataType }) =>
			selectable(`t.${quoteName(column.source)}`, column.type, known.get(column.source) ?? '');
		const cells = read.columns.length === 0 ? ['NULL'] : read.columns.map(cell);
		const where = read.where === null ? '' : ` WHERE (${inline(oneStatement(read.where, CLICKHOUSE_RULES))}\n)`;
		const order = ordered ? '' : ` ORDER BY ${columns.map(sortable).join(', ')}`;
		const sql = `SELECT ${cells.join(', ')} FROM ${from} AS t${where}${order}${skip > 0 ? ` LIMIT 9223372036854775807 OFFSET ${skip}` : ''} FORMAT JSONCompactEachRow`;
		const body = await this.#client.stream({ sql, readOnly: true, repeatable: true });
		return { rows: streamedRows(this.#client, body), ahead: undefined };
	}

	async #source(read: TableRead): Promise<{ from: string; columns: readonly QueryColumn[]; ordered: boolean }> {
		if ('query' in read.from) {
			const statement = oneStatement({ sql: read.from.query, parameters: read.from.parameters }, CLICKHOUSE_RULES);
			refuseFormat(statement);
			const query = inline(statement);
			const columns = await columnsOf(this.#client, query);
			requireColumns(
				read,
				columns.map((column) => column.name),
				'query',
			);
			return { from: `(${query}\n)`, columns, ordered: ordersItself(statement) };
		}
		const schema = read.from.schema ?? this.#client.database;
		const table = await describeTable(this.#client, schema, read.from.table);
		if (table === null) throw await missingTable(this.#client, schema, read.from.table);
		const columns = table.columns.map((column) => ({ name: column.name, native: column.nativeType }));
		requireColumns(
			read,
			columns.map((column) => column.name),
			`table ${read.from.table}`,
		);
		return { from: qualified(schema, read.from.table), columns, ordered: false };
	}
}

/** Types without an order of their own are sorted by their text. */
function sortable({ name, native }: QueryColumn): string {
	const column = `t.${quoteName(name)}`;
	return /^(?:JSON|Object|Map|Dynamic|Variant|AggregateFunction)/.test(plainType(native)) ? `toString(${column})` : column;
}
