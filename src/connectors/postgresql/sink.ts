import type { Batch } from '../../data/batch.ts';
import { sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import type { RefusedRow, RejectedRow, TableWrite, TableWriter } from '../connector.ts';
import { BEGUN, COMMITTED } from '../sql/ledger.ts';
import { quoteName } from '../sql/names.ts';
import { PRE_SQL_UNTRIED, refusedAfterAll } from '../sql/refusals.ts';
import { type ResolvedTarget, resolveTarget } from '../sql/target.ts';
import type { PgStatement } from './bind.ts';
import { type PgClient, sqlState } from './client.ts';
import { commitStatements, moveOf, ROW_COLUMN } from './commit.ts';
import { copyRows } from './copy-rows.ts';
import { rehearse } from './rehearse.ts';
import { rulesOf } from './rules.ts';
import { isAboutRows } from './search.ts';
import { describeTable, internalName, missingTable, qualified } from './tables.ts';
import { declaredType } from './types.ts';

const IDLE_STAGE = "interval '7 days'";
const KEPT_LEDGER = "interval '30 days'";

interface Open {
	readonly target: ResolvedTarget;
	readonly stage: string;
}

/**
 * Copies rows into an unlogged staging table, each batch in one transaction with its ledger entry, and moves them into the table
 * in one more. Staging and ledger lie in the target's schema, so the role needs the right to create tables there.
 */
export class PgWriter implements TableWriter {
	readonly #client: PgClient;
	readonly #write: TableWrite;
	readonly #schema: string;
	readonly #table: string;
	readonly #ledger: string;
	#opened: Promise<Open> | null = null;

	constructor(client: PgClient, write: TableWrite, defaultSchema: string) {
		this.#client = client;
		this.#write = write;
		this.#schema = write.destination.schema ?? defaultSchema;
		this.#table = qualified(this.#schema, write.destination.table);
		this.#ledger = qualified(this.#schema, internalName('ledger'));
	}

	async begin(): Promise<void> {
		const { target, stage } = await this.#open();
		commitStatements(this.#write, moveOf(this.#write, target, this.#table, stage));
		await this.#makeLedger();
		await this.#sweep();
		if ((await this.#committed()) !== null) return;
		const columns = target.columns.map((column) => `${quoteName(column.column)} ${column.declared}`);
		await this.#client.transaction('BEGIN', async () => {
			await this.#client.query(`INSERT INTO ${this.#ledger} (owner, step, rows) VALUES ($1, ${BEGUN}, 0) ON CONFLICT DO NOTHING`, [this.#write.owner]);
			await this.#client.query(`CREATE UNLOGGED TABLE IF NOT EXISTS ${stage} (${ROW_COLUMN} bigint, ${columns.join(', ')})`);
		});
	}

	async write(batch: Batch, sequence: number): Promise<readonly RejectedRow[]> {
		const { target, stage } = await this.#open();
		const done = await this.#step(sequence);
		if (done !== null) return done;
		return copyRows(this.#client, batch, target, {
			stage,
			sequence,
			enter: (rows, rejected) => this.#enter(sequence, rows, rejected),
		});
	}

	async rehearse(): Promise<readonly RefusedRow[]> {
		const { target, stage } = await this.#open();
		// It may change what rows meet, and is run once, by the commit.
		if (this.#write.destination.preSql !== null) return [];
		const rules = await rulesOf(this.#client, this.#schema, this.#write.destination, target);
		if (rules === null) return [];
		const move = moveOf(this.#write, target, this.#table, stage);
		const [open, refusals] = await Promise.all([this.#named('open', this.#write.owner), this.#named('refused', this.#write.owner)]);
		const refused = await rehearse(this.#client, { stage, open, refused: refusals, table: this.#write.destination.table, move, rules });
		const messages = new Map(refused.map(({ row, message }) => [row, message]));
		const sql = `SELECT place, ${ROW_COLUMN} FROM ${numbered(stage)} WHERE ${ROW_COLUMN} = ANY($1::bigint[]) ORDER BY place`;
		const { rows } = refused.length === 0 ? { rows: [] } : await this.#client.query(sql, [arrayOf([...messages.keys()])]);
		return rows.map(([place, row]) => ({ place: Number(place), message: messages.get(row ?? '') ?? '' }));
	}

	async commit(without?: readonly number[]): Promise<{ rows: number }> {
		const before = await this.#committed();
		if (before !== null) return { rows: before };
		const { target, stage } = await this.#open();
		const statements = commitStatements(this.#write, moveOf(this.#write, target, this.#table, stage));
		try {
			return { rows: await this.#client.transaction('BEGIN', () => this.#moveRows(stage, statements, without ?? [])) };
		} catch (error) {
			if (without === undefined || !(error instanceof AppError) || !isAboutRows(sqlState(error))) throw error;
			throw refusedAfterAll(error, this.#write.destination.preSql === null ? null : PRE_SQL_UNTRIED);
		}
	}

	async #moveRows(stage: string, statements: readonly PgStatement[], without: readonly number[]): Promise<number> {
		const summed = await this.#client.query(`SELECT coalesce(sum(rows), 0) FROM ${this.#ledger} WHERE owner = $1 AND step >= 0`, [this.#write.owner]);
		const total = Number(summed.rows[0]?.[0]);
		await this.#enter(COMMITTED, total - without.length, []);
		const staged = await this.#client.query(`SELECT count(*) FROM ${stage}`);
		// A crash of the server empties unlogged tables.
		if (Number(staged.rows[0]?.[0]) !== total) throw lost(this.#write, Number(staged.rows[0]?.[0]), total);
		if (without.length > 0) {
			const sql = `DELETE FROM ${stage} WHERE ${ROW_COLUMN} IN (SELECT ${ROW_COLUMN} FROM ${numbered(stage)} WHERE place = ANY($1::bigint[]))`;
			await this.#client.query(sql, [arrayOf(without)]);
		}
		for (const statement of statements) await this.#client.query(statement.sql, statement.values);
		await this.#client.query(`DROP TABLE ${stage}`);
		return total - without.length;
	}

	async abort(): Promise<boolean> {
		const { stage } = await this.#names();
		await this.#makeLedger();
		return this.#client.transaction('BEGIN', async () => {
			if ((await this.#committed()) !== null) return true;
			await this.#client.query(`DROP TABLE IF EXISTS ${stage}`);
			await this.#client.query(`DELETE FROM ${this.#ledger} WHERE owner = $1`, [this.#write.owner]);
			return false;
		});
	}

	#open(): Promise<Open> {
		this.#opened ??= this.#resolve().catch((error: unknown) => {
			this.#opened = null;
			throw error;
		});
		return this.#opened;
	}

	async #resolve(): Promise<Open> {
		const destination = this.#write.destination;
		const table = await describeTable(this.#client, this.#schema, destination.table);
		if (table === null && !destination.createTable && destination.preSql === null) {
			const missing = await missingTable(this.#client, this.#schema, destination.table);
			throw new AppError('not_found', missing.message, { hint: `${missing.hint} Or set create_table to true.` });
		}
		const rules = { system: 'PostgreSQL', maxColumns: 1600, declare: declaredType, fold: (name: string) => name };
		return { target: resolveTarget(destination, table?.columns ?? null, rules), ...(await this.#names()) };
	}

	async #names(): Promise<{ stage: string }> {
		return { stage: await this.#named('stage', this.#write.owner) };
	}

	async #named(kind: string, owner: string): Promise<string> {
		return qualified(this.#schema, internalName(`${kind}_${(await sha256Hex(owner)).slice(0, 32)}`));
	}

	/** Enters a step where the writer is open; a step that is there already, or a writer that is not open, is `conflict`. */
	async #enter(step: number, rows: number, rejected: readonly RejectedRow[]): Promise<void> {
		const sql = `INSERT INTO ${this.#ledger} (owner, step, rows, rejected) SELECT $1, $2::bigint, $3::bigint, $4
			WHERE EXISTS (SELECT 1 FROM ${this.#ledger} WHERE owner = $1 AND step = ${BEGUN}) AND NOT EXISTS (SELECT 1 FROM ${this.#ledger} WHERE owner = $1 AND step = ${COMMITTED})
			ON CONFLICT DO NOTHING`;
		const { affected } = await this.#client.query(sql, [
			this.#write.owner,
			String(step),
			String(rows),
			rejected.length === 0 ? null : JSON.stringify(rejected),
		]);
		if (affected === 1) return;
		throw new AppError(
			'conflict',
			`The write ${this.#write.owner} into ${this.#write.destination.table} is not open: it was never begun, is committed, or was dropped.`,
			{
				hint: 'Staged rows are kept for seven days after the last batch: start a new run.',
			},
		);
	}

	/** What an earlier attempt of a batch rejected; null where there was none. */
	async #step(step: number): Promise<readonly RejectedRow[] | null> {
		const found = await this.#inLedger(step);
		return found === undefined ? null : found[1] === null ? [] : (JSON.parse(found[1] ?? '[]') as RejectedRow[]);
	}

	async #committed(): Promise<number | null> {
		const found = await this.#inLedger(COMMITTED);
		return found === undefined ? null : Number(found[0]);
	}

	async #inLedger(step: number): Promise<readonly (string | null)[] | undefined> {
		try {
			return (await this.#client.query(`SELECT rows, rejected FROM ${this.#ledger} WHERE owner = $1 AND step = $2::bigint`, [this.#write.owner, String(step)]))
				.rows[0];
		} catch (error) {
			if (sqlState(error) === '42P01') return undefined;
			throw error;
		}
	}

	async #makeLedger(): Promise<void> {
		const sql = `CREATE TABLE IF NOT EXISTS ${this.#ledger} (owner text, step bigint, rows bigint NOT NULL, rejected text, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, step))`;
		try {
			await this.#client.query(sql);
		} catch (error) {
			// IF NOT EXISTS is no lock: two writers that make it at once collide in the catalogue, and then it is there.
			if (sqlState(error) !== '23505' && sqlState(error) !== '42P07') throw error;
		}
	}

	/** Removes what runs left behind that never ended. */
	async #sweep(): Promise<void> {
		const stale = await this.#client.query(
			`SELECT owner FROM ${this.#ledger} GROUP BY owner HAVING max(at) < now() - ${KEPT_LEDGER} OR (max(at) < now() - ${IDLE_STAGE} AND NOT bool_or(step = ${COMMITTED})) LIMIT 100`,
		);
		for (const [owner] of stale.rows) {
			if (owner === null || owner === undefined || owner === this.#write.owner) continue;
			const stage = await this.#named('stage', owner);
			await this.#client.transaction('BEGIN', async () => {
				await this.#client.query(`DROP TABLE IF EXISTS ${stage}`);
				await this.#client.query(`DELETE FROM ${this.#ledger} WHERE owner = $1`, [owner]);
			});
		}
	}
}

/** The staged rows by their places, from 0. */
function numbered(stage: string): string {
	return `(SELECT ${ROW_COLUMN}, row_number() OVER (ORDER BY ${ROW_COLUMN}) - 1 AS place FROM ${stage}) AS numbered`;
}

function arrayOf(values: readonly (string | number)[]): string {
	return `{${values.join(',')}}`;
}

function lost(write: TableWrite, staged: number, expected: number): AppError {
	return new AppError('conflict', `The staging of ${write.owner} holds ${staged} rows where ${expected} were written.`, {
		hint: 'The server restarted after a crash, which empties unlogged tables: run again.',
	});
}
