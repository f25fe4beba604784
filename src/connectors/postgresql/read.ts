import type { MisfitCell, TablePage, TableRead } from '../connector.ts';
import { POSTGRES_RULES } from '../sql/lexer.ts';
import { quoteName } from '../sql/names.ts';
import { requireColumns } from '../sql/require-columns.ts';
import { oneStatement, ordersItself } from '../sql/statements.ts';
import { bind, type PgStatement } from './bind.ts';
import type { PgClient } from './client.ts';
import { batchOf, schemaOf } from './rows.ts';
import { describeTable, missingTable, qualified } from './tables.ts';
import { typeOfOid } from './types.ts';

/** Cells of one page; a page is closed earlier than its rows say where they are large. */
const PAGE_BYTES = 4 * 1024 * 1024;
/** Rows of the first fetch of a page, before it is known how large they are. */
const FIRST_STEP = 16;
/** Cursors kept open at once on a session; the eldest is closed. */
const MAX_PORTALS = 8;

/** Where a read stands: behind the row with this key, or behind so many rows. */
type Position = { readonly key: readonly (string | null)[] } | { readonly skip: number };

interface Portal {
	readonly name: string;
	readonly keyWidth: number;
}

/**
 * Reads pages from a cursor of the server, which costs each row once. Where a page is asked for that no open cursor stands at (the
 * run was moved to another machine), the read is opened anew behind the rows seen: by the primary key, else by counting them in an
 * order over all columns, in which rows that are equal need not be told apart. A query that has an ORDER BY keeps it.
 */
export class PgReader {
	readonly #client: PgClient;
	readonly #schema: string;
	readonly #portals = new Map<string, Portal>();
	#names = 0;

	constructor(client: PgClient, schema: string) {
		this.#client = client;
		this.#schema = schema;
	}

	async readPage(read: TableRead, cursor: string | null): Promise<TablePage> {
		const position = cursor === null ? null : (JSON.parse(cursor) as Position);
		try {
			const open = this.#portals.get(JSON.stringify([read, cursor]));
			const portal = open ?? (await this.#open(read, position));
			this.#portals.delete(JSON.stringify([read, cursor]));
			return await this.#page(read, position, portal);
		} catch (error) {
			// A failed statement ends the transaction, and with it every cursor.
			this.#portals.clear();
			await this.#client.rollback();
			throw error;
		}
	}

	interrupt(): void {
		this.#client.interrupt();
	}

	async close(): Promise<void> {
		this.#portals.clear();
		await this.#client.close();
	}

	async #page(read: TableRead, position: Position | null, portal: Portal): Promise<TablePage> {
		const rows: (readonly (string | null)[])[] = [];
		let bytes = 0;
		let ended = false;
		while (!ended && rows.length < read.pageRows && bytes < PAGE_BYTES) {
			const average = rows.length === 0 ? 0 : bytes / rows.length;
			const step = Math.min(read.pageRows - rows.length, average === 0 ? FIRST_STEP : Math.max(1, Math.ceil((PAGE_BYTES - bytes) / average)));
			const fetched = await this.#client.query(`FETCH FORWARD ${step} FROM ${portal.name}`);
			for (const row of fetched.rows) bytes += row.reduce((sum, cell) => sum + (cell?.length ?? 0) + 8, 0);
			rows.push(...fetched.rows);
			ended = fetched.rows.length < step;
		}
		const schema = read.columns.map((column) => ({ name: column.name, type: column.type }));
		const misfits: MisfitCell[] = [];
		const batch = batchOf(schema, rows, 'query' in read.from ? 'query' : `table ${read.from.table}`, misfits);
		if (ended) {
			await this.#client.query(`CLOSE ${portal.name}`);
			if (this.#portals.size === 0) await this.#client.query('COMMIT');
			return { batch, misfits, cursor: null };
		}
		const skipped = position !== null && 'skip' in position ? position.skip : 0;
		const next: Position = portal.keyWidth > 0 ? { key: rows.at(-1)?.slice(-portal.keyWidth) ?? [] } : { skip: skipped + rows.length };
		const cursor = JSON.stringify(next);
		this.#portals.set(JSON.stringify([read, cursor]), portal);
		return { batch, misfits, cursor };
	}

	async #open(read: TableRead, position: Position | null): Promise<Portal> {
		// One snapshot for all cursors of the session.
		if (this.#portals.size === 0) await this.#client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
		const [eldest] = this.#portals;
		if (eldest !== undefined && this.#portals.size >= MAX_PORTALS) {
			await this.#client.query(`CLOSE ${eldest[1].name}`);
			this.#portals.delete(eldest[0]);
		}
		const source = await this.#source(read, position);
		const name = `headgate_${++this.#names}`;
		await this.#client.query(`DECLARE ${name} NO SCROLL CURSOR FOR ${source.sql}`, source.values);
		if (position !== null && 'skip' in position) await this.#client.query(`MOVE FORWARD ${position.skip} FROM ${name}`);
		return { name, keyWidth: source.keyWidth };
	}

	async #source(read: TableRead, position: Position | null): Promise<PgStatement & { readonly keyWidth: number }> {
		return 'query' in read.from
			? this.#querySource(read, { sql: read.from.query, parameters: read.from.parameters })
			: this.#tableSource(read, read.from, position);
	}

	async #querySource(read: TableRead, bound: Parameters<typeof oneStatement>[0]): Promise<PgStatement & { readonly keyWidth: number }> {
		const statement = oneStatement(bound, POSTGRES_RULES);
		const query = bind(statement);
		const { fields } = await this.#client.query(`SELECT * FROM (${query.sql}\n) AS t LIMIT 0`, query.values);
		const names = schemaOf(fields).map((field) => field.name);
		const where = condition(read, query.values.length);
		const order = ordersItself(statement)
			? ''
			: ` ORDER BY ${fields.map((field, index) => sortable(`t.${quoteName(names[index] ?? '')}`, field.oid)).join(', ')}`;
		const sql = `SELECT ${selected(read, names, 'query')} FROM (${query.sql}\n) AS t(${names.map(quoteName).join(', ')})${where.sql}${fields.length === 0 ? '' : order}`;
		return { sql, values: [...query.values, ...where.values], keyWidth: 0 };
	}

	async #tableSource(
		read: TableRead,
		name: { schema: string | null; table: string },
		position: Position | null,
	): Promise<PgStatement & { readonly keyWidth: number }> {
		const schema = name.schema ?? this.#schema;
		const table = await describeTable(this.#client, schema, name.table);
		if (table === null) throw await missingTable(this.#client, schema, name.table);
		const columns = selected(
			read,
			table.columns.map((column) => column.name),
			`table ${name.table}`,
		);
		const from = `${qualified(schema, name.table)} AS t`;
		if (table.key.length === 0) {
			const where = condition(read, 0);
			const order = table.columns.map((column) => sortable(`t.${quoteName(column.name)}`, column.oid));
			return { sql: `SELECT ${columns} FROM ${from}${where.sql} ORDER BY ${order.join(', ')}`, values: where.values, keyWidth: 0 };
		}
		const key = table.key.map((column) => `t.${quoteName(column)}`);
		const types = table.key.map((column) => table.columns.find((found) => found.name === column)?.nativeType ?? 'text');
		const behind = position !== null && 'key' in position ? position.key : [];
		const where = condition(
			read,
			behind.length,
			behind.length === 0 ? [] : [`(${key.join(', ')}) > (${types.map((type, index) => `$${index + 1}::${type}`).join(', ')})`],
		);
		const sql = `SELECT ${columns}, ${key.join(', ')} FROM ${from}${where.sql} ORDER BY ${key.join(', ')}`;
		return { sql, values: [...behind, ...where.values], keyWidth: key.length };
	}
}

function condition(read: TableRead, from: number, more: readonly string[] = []): PgStatement {
	const bound = read.where === null ? null : bind(oneStatement(read.where, POSTGRES_RULES), from);
	const conditions = [...more, ...(bound === null ? [] : [`(${bound.sql}\n)`])];
	return { sql: conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`, values: bound?.values ?? [] };
}

function selected(read: TableRead, names: readonly string[], source: string): string {
	requireColumns(read, names, source);
	return read.columns.length === 0 ? 'NULL' : read.columns.map((column) => `t.${quoteName(column.source)}`).join(', ');
}

/** Numbers and times have an order everywhere; of other types (json, point, text of any collation) the text has one. */
function sortable(column: string, oid: number): string {
	const { kind } = typeOfOid(oid, -1);
	return kind === 'string' || kind === 'json' ? `${column}::text COLLATE "C"` : column;
}
