import { DurableObject } from 'cloudflare:workers';
import type { EmbeddedDatabase, PackedPage, PackedResult, RefusedRow, Rehearsal, SqlAnswer, SqlCell, SqlStatement } from '../connectors/connector.ts';
import { INTERNAL_TABLES, SWEEP_LATER, sweepStatements } from '../connectors/sqlite/internals.ts';
import { cutPieces, PAGE_BYTES, packRow } from '../connectors/sqlite/packed-rows.ts';
import { refusedRows } from '../connectors/sqlite/rehearse.ts';
import { DAY } from '../lib/time.ts';

const TRANSACTION_ROWS = 1000;
const TRANSACTION_BYTES = 1024 * 1024;

/**
 * The embedded database: one SQLite an account, so that users' SQL runs where there is nothing of anybody else. Every call is
 * one synchronous turn of SQLite, hence atomic; nothing lives in memory but the mark that the sweep is armed, which is asked again
 * when lost. What the statements mean is the connector's affair (src/connectors/sqlite).
 */
export class DatabaseObject extends DurableObject implements EmbeddedDatabase {
	#sweepArmed = false;

	constructor(ctx: DurableObjectState, env: Env) {
		super(ctx, env as never);
		ctx.storage.sql.exec(INTERNAL_TABLES);
	}

	async query(statement: SqlStatement, options: { maxRows: number; maxBytes: number; readOnly: boolean }): Promise<SqlAnswer<PackedResult>> {
		return this.#answer(() => {
			const { result, wrote } = this.#run(statement, options.maxRows, options.maxBytes);
			// Undone in any case: SQLite counts no written row where an empty table is dropped.
			if (options.readOnly) throw new Undo(wrote ? { ok: false, reason: 'wrote', message: '' } : { ok: true, value: result });
			return result;
		});
	}

	async transact(statements: readonly SqlStatement[], options: { undo: boolean }): Promise<SqlAnswer<readonly PackedResult[]>> {
		const answer = this.#answer(() => {
			const results = statements.map((statement) => this.#run(statement, TRANSACTION_ROWS, TRANSACTION_BYTES).result);
			if (options.undo) throw new Undo({ ok: true, value: results });
			return results;
		});
		await this.#armSweep();
		return answer;
	}

	async rehearse(rehearsal: Rehearsal): Promise<SqlAnswer<readonly RefusedRow[]>> {
		const exec = ({ sql, bindings }: SqlStatement) => this.#exec(sql, ...bindings) as SqlCell[][];
		return this.#answer(() => {
			throw new Undo({ ok: true, value: refusedRows(rehearsal, { exec, attempt: (work) => this.ctx.storage.transactionSync(work) }) });
		});
	}

	async snapshot(statement: SqlStatement, options: { pageRows: number; maxBytes: number }): Promise<SqlAnswer<PackedPage>> {
		const id = crypto.randomUUID();
		const answer = this.#answer<PackedPage>(() => {
			let pages = 0;
			let rows: unknown[] = [];
			let bytes = 0;
			let total = 0;
			let first: string | null = null;
			const close = () => {
				const packed = JSON.stringify(rows);
				if (first === null) first = packed;
				else for (const [piece, data] of cutPieces(packed).entries()) this.#exec('INSERT INTO __hg_snapshot_page VALUES (?, ?, ?, ?)', id, pages, piece, data);
				pages++;
				rows = [];
				bytes = 0;
			};
			for (const row of this.ctx.storage.sql.exec(statement.sql, ...statement.bindings).raw()) {
				if (rows.length >= options.pageRows || bytes >= PAGE_BYTES) close();
				const size = packRow(row);
				bytes += size;
				total += size;
				if (total > options.maxBytes) throw new Undo({ ok: false, reason: 'large', message: '' });
				rows.push(row);
			}
			if (first === null || rows.length > 0) close();
			if (pages > 1) this.#exec('INSERT INTO __hg_snapshot VALUES (?, ?)', id, Date.now());
			return { packed: first ?? '[]', cursor: pages > 1 ? `${id}:1` : null };
		});
		if (answer.ok && answer.value.cursor !== null) await this.#armSweep();
		return answer;
	}

	async page(cursor: string): Promise<SqlAnswer<PackedPage>> {
		const [id = '', number = ''] = cursor.split(':');
		const page = Number(number);
		const pieces = this.#exec('SELECT data FROM __hg_snapshot_page WHERE id = ? AND page = ? ORDER BY piece', id, page).map((row) => row[0]);
		if (pieces.length === 0) return { ok: false, reason: 'gone', message: '' };
		this.#exec('UPDATE __hg_snapshot SET used_at = ? WHERE id = ?', Date.now(), id);
		const more = this.#exec('SELECT 1 FROM __hg_snapshot_page WHERE id = ? AND page = ? LIMIT 1', id, page + 1).length > 0;
		return { ok: true, value: { packed: pieces.join(''), cursor: more ? `${id}:${page + 1}` : null } };
	}

	/** Removes what runs left behind that never ended; comes again while anything is kept. */
	override async alarm(): Promise<void> {
		this.#sweepArmed = false;
		this.ctx.storage.transactionSync(() => {
			for (const statement of sweepStatements(Date.now())) this.#exec(statement.sql, ...statement.bindings);
		});
		await this.#armSweep();
	}

	async #armSweep(): Promise<void> {
		if (this.#sweepArmed || this.#exec(SWEEP_LATER)[0]?.[0] !== 1) return;
		if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + DAY);
		this.#sweepArmed = true;
	}

	#answer<T>(work: () => T): SqlAnswer<T> {
		try {
			return { ok: true, value: this.ctx.storage.transactionSync(work) };
		} catch (error) {
			if (error instanceof Undo) return error.answer as SqlAnswer<T>;
			return { ok: false, reason: 'sqlite', message: error instanceof Error ? error.message : String(error) };
		}
	}

	#run(statement: SqlStatement, maxRows: number, maxBytes: number): { result: PackedResult; wrote: boolean } {
		const before = this.#changes();
		const cursor = this.ctx.storage.sql.exec(statement.sql, ...statement.bindings);
		const rows: unknown[] = [];
		let bytes = 0;
		let truncated = false;
		for (const row of cursor.raw()) {
			if (rows.length >= maxRows || (bytes >= maxBytes && rows.length > 0)) {
				truncated = true;
				break;
			}
			bytes += packRow(row);
			rows.push(row);
		}
		const rowsWritten = this.#changes() - before;
		// Schema changes count as written rows of the catalogue but change no row of a table.
		return { result: { columns: cursor.columnNames, packed: JSON.stringify(rows), truncated, rowsWritten }, wrote: rowsWritten > 0 || cursor.rowsWritten > 0 };
	}

	#changes(): number {
		return Number(this.#exec('SELECT total_changes()')[0]?.[0]);
	}

	#exec(sql: string, ...bindings: SqlCell[]): SqlStorageValue[][] {
		return [...this.ctx.storage.sql.exec(sql, ...bindings).raw<SqlStorageValue[]>()];
	}
}

/** Leaves a transaction by its only way to roll back, an exception, and carries the answer out. */
class Undo extends Error {
	readonly answer: SqlAnswer<unknown>;

	constructor(answer: SqlAnswer<unknown>) {
		super('undone');
		this.answer = answer;
	}
}
