import type { ConnectorEnv, MisfitCell, TablePage, TableRead } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { MYSQL_RULES } from '../sql/lexer.ts';
import { requireColumns } from '../sql/require-columns.ts';
import { hasAtTop, oneStatement, ordersItself } from '../sql/statements.ts';
import { MysqlClient } from './client.ts';
import type { MysqlConfig, MysqlSecrets } from './config.ts';
import { inline, quoteName, quoteText } from './literal.ts';
import { batchOf } from './rows.ts';
import { describeTable, missingTable, qualified } from './tables.ts';
import { type MysqlCell, type MysqlField, typeOfField } from './types.ts';

const PAGE_BYTES = 4 * 1024 * 1024;
/** Sessions that may be streaming at once; the eldest is ended. */
const MAX_PORTALS = 4;
/** "All rows" where a LIMIT is needed to say OFFSET, or to keep an ORDER BY inside parentheses. */
const ALL_ROWS = '18446744073709551615';

type Position = { readonly key: readonly (string | null)[] } | { readonly skip: number };

interface Portal {
	readonly session: MysqlClient;
	readonly rows: AsyncGenerator<readonly MysqlCell[], void>;
	/** Read already, for the next page. */
	ahead: readonly MysqlCell[] | undefined;
	readonly keyWidth: number;
}

/**
 * Streams rows over a session of its own and hands them out in pages. Where a page is asked for that no stream stands at (the run
 * was moved to another machine), the read begins anew behind the rows seen: by the primary key, else by counting them in an order
 * over all columns, in which rows that are equal need not be told apart. A query that has an ORDER BY keeps it.
 */
export class MysqlReader {
	readonly #client: MysqlClient;
	readonly #session: () => MysqlClient;
	readonly #portals = new Map<string, Portal>();
	/** Whose rows are being read at this moment. */
	readonly #busy = new Set<MysqlClient>();

	constructor(client: MysqlClient, settings: CheckedSettings<MysqlConfig, MysqlSecrets>, env: ConnectorEnv) {
		this.#client = client;
		this.#session = () => new MysqlClient(settings, env);
	}

	async readPage(read: TableRead, cursor: string | null): Promise<TablePage> {
		const position = cursor === null ? null : (JSON.parse(cursor) as Position);
		const name = JSON.stringify([read, cursor]);
		const portal = this.#portals.get(name) ?? (await this.#open(read, position));
		this.#portals.delete(name);
		this.#busy.add(portal.session);
		try {
			return await this.#page(read, position, portal);
		} catch (error) {
			await portal.session.close();
			throw error;
		} finally {
			this.#busy.delete(portal.session);
		}
	}

	interrupt(): void {
		for (const session of this.#busy) session.interrupt();
	}

	async close(): Promise<void> {
		const open = [...this.#portals.values()];
		this.#portals.clear();
		await Promise.all(open.map((portal) => portal.session.close()));
	}

	async #page(read: TableRead, position: Position | null, portal: Portal): Promise<TablePage> {
		const rows: (readonly MysqlCell[])[] = [];
		let bytes = 0;
		let next = portal.ahead ?? (await portal.rows.next()).value ?? undefined;
		while (next !== undefined && rows.length < read.pageRows && bytes < PAGE_BYTES) {
			rows.push(next);
			for (const cell of next) bytes += (cell?.length ?? 0) + 8;
			next = (await portal.rows.next()).value ?? undefined;
		}
		const schema = read.columns.map((column) => ({ name: column.name, type: column.type }));
		const misfits: MisfitCell[] = [];
		const batch = batchOf(schema, rows, 'query' in read.from ? 'query' : `table ${read.from.table}`, misfits);
		if (next === undefined) {
			await portal.session.close();
			return { batch, misfits, cursor: null };
		}
		portal.ahead = next;
		const skipped = position !== null && 'skip' in position ? position.skip : 0;
		const key = rows.at(-1)?.slice(-portal.keyWidth) ?? [];
		const cursor = JSON.stringify(portal.keyWidth > 0 ? { key } : { skip: skipped + rows.length });
		await this.#keep(JSON.stringify([read, cursor]), portal);
		return { batch, misfits, cursor };
	}

	async #keep(name: string, portal: Portal): Promise<void> {
		const [eldest] = this.#portals;
		if (eldest !== undefined && this.#portals.size >= MAX_PORTALS) {
			this.#portals.delete(eldest[0]);
			await eldest[1].session.close();
		}
		this.#portals.set(name, portal);
	}

	async #open(read: TableRead, position: Position | null): Promise<Portal> {
		const { sql, keyWidth } = 'query' in read.from ? await this.#querySource(read, position) : await this.#tableSource(read, read.from, position);
		const session = this.#session();
		return { session, rows: session.stream(sql), ahead: undefined, keyWidth };
	}

	async #querySource(read: TableRead, position: Position | null): Promise<{ sql: string; keyWidth: number }> {
		if (!('query' in read.from)) throw new Error('not a query');
		const statement = oneStatement({ sql: read.from.query, parameters: read.from.parameters }, MYSQL_RULES);
		const ordered = ordersItself(statement);
		// Without a LIMIT the server drops the ORDER BY of a derived table.
		const query = ordered && !hasAtTop(statement, 'LIMIT') ? `${inline(statement)}\nLIMIT ${ALL_ROWS}` : inline(statement);
		const { fields } = await this.#client.query(`SELECT * FROM (${query}\n) AS t LIMIT 0`);
		requireColumns(
			read,
			fields.map((field) => field.name),
			'query',
		);
		const order = ordered ? '' : ` ORDER BY ${fields.map(sortable).join(', ')}`;
		return { sql: `SELECT ${selected(read, fields)} FROM (${query}\n) AS t${where(read, [])}${order}${behind(position)}`, keyWidth: 0 };
	}

	async #tableSource(read: TableRead, name: { schema: string | null; table: string }, position: Position | null): Promise<{ sql: string; keyWidth: number }> {
		const schema = name.schema ?? this.#client.database;
		const table = await describeTable(this.#client, schema, name.table);
		if (table === null) throw await missingTable(this.#client, schema, name.table);
		requireColumns(
			read,
			table.columns.map((column) => column.name),
			`table ${name.table}`,
			(text) => text.toLowerCase(),
		);
		const { fields } = await this.#client.query(`SELECT * FROM ${qualified(schema, name.table)} LIMIT 0`);
		const from = `${qualified(schema, name.table)} AS t`;
		const byKey = table.key.length > 0 && table.key.every((column) => typeOfKey(fields, column) !== 'binary');
		if (!byKey)
			return {
				sql: `SELECT ${selected(read, fields)} FROM ${from}${where(read, [])} ORDER BY ${fields.map(sortable).join(', ')}${behind(position)}`,
				keyWidth: 0,
			};
		const key = table.key.map((column) => `t.${quoteName(column)}`);
		const last = position !== null && 'key' in position ? position.key : [];
		const conditions = last.length === 0 ? [] : [greater(key, last)];
		return {
			sql: `SELECT ${selected(read, fields)}, ${key.join(', ')} FROM ${from}${where(read, conditions)} ORDER BY ${key.join(', ')}`,
			keyWidth: key.length,
		};
	}
}

function typeOfKey(fields: readonly MysqlField[], column: string): string {
	const field = fields.find((found) => found.name.toLowerCase() === column.toLowerCase());
	// A float's text is rounded: a comparison with it may see the last row again.
	const kind = field === undefined ? 'binary' : typeOfField(field).kind;
	return kind === 'float' ? 'binary' : kind;
}

/** `(a, b) > (x, y)` spelled out, for indexes are used only so. Texts compare by the column's own collation. */
function greater(key: readonly string[], last: readonly (string | null)[]): string {
	const steps = key.map((column, index) => {
		const equal = key.slice(0, index).map((before, at) => `${before} = ${quoteText(last[at] ?? '')}`);
		return `(${[...equal, `${column} > ${quoteText(last[index] ?? '')}`].join(' AND ')})`;
	});
	return `(${steps.join(' OR ')})`;
}

function where(read: TableRead, conditions: readonly string[]): string {
	const all = [...conditions, ...(read.where === null ? [] : [`(${inline(oneStatement(read.where, MYSQL_RULES))}\n)`])];
	return all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`;
}

function behind(position: Position | null): string {
	return position !== null && 'skip' in position ? ` LIMIT ${ALL_ROWS} OFFSET ${position.skip}` : '';
}

function selected(read: TableRead, fields: readonly MysqlField[]): string {
	if (read.columns.length === 0) return 'NULL';
	return read.columns
		.map((column) =>
			exactly(
				`t.${quoteName(column.source)}`,
				fields.find((field) => field.name.toLowerCase() === column.source.toLowerCase()),
			),
		)
		.join(', ');
}

/** The text of a FLOAT has six digits; of the double it becomes, all. */
export function exactly(column: string, field: MysqlField | undefined): string {
	return field !== undefined && typeOfField(field).kind === 'float' ? `CAST(${column} AS DOUBLE)` : column;
}

/** Texts that a collation takes for equal are told apart by their bytes. */
function sortable(field: MysqlField): string {
	const column = `t.${quoteName(field.name)}`;
	const kind = typeOfField(field).kind;
	return kind === 'string' || kind === 'json' ? `CAST(${column} AS BINARY)` : column;
}
