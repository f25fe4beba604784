import type { Batch } from '../../data/batch.ts';
import { sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import type { RefusedRow, RejectedRow, TableWrite, TableWriter } from '../connector.ts';
import { BEGUN, COMMITTED } from '../sql/ledger.ts';
import { PRE_SQL_UNTRIED, refusedAfterAll } from '../sql/refusals.ts';
import { type ResolvedTarget, resolveTarget, type TargetColumn } from '../sql/target.ts';
import { errorNumber, type MysqlClient } from './client.ts';
import { commitStatements, type Move, moveOf, ROW_COLUMN, schemaChanges, stageTable, withKeyLengths } from './commit.ts';
import { insertRows } from './insert-rows.ts';
import { quoteText } from './literal.ts';
import { isAboutRows, leaveOut, rehearse } from './rehearse.ts';
import { type Rules, rulesOf } from './rules.ts';
import { describeTable, internalName, missingTable, qualified } from './tables.ts';
import { declaredType } from './types.ts';

const NO_SUCH_TABLE = 1146;

interface Open {
	readonly target: ResolvedTarget;
	readonly stage: string;
}

/**
 * Inserts rows into a staging table, each batch in one transaction with its ledger entry, and moves them into the table in one
 * more. Staging and ledger lie in the target's database, so the user needs the right to create and drop tables there.
 */
export class MysqlWriter implements TableWriter {
	readonly #client: MysqlClient;
	readonly #write: TableWrite;
	readonly #schema: string;
	readonly #table: string;
	readonly #ledger: string;
	readonly #owner: string;
	#opened: Promise<Open> | null = null;

	constructor(client: MysqlClient, write: TableWrite) {
		this.#client = client;
		this.#write = write;
		this.#schema = write.destination.schema ?? client.database;
		this.#table = qualified(this.#schema, write.destination.table);
		this.#ledger = qualified(this.#schema, internalName('ledger'));
		this.#owner = quoteText(write.owner);
	}

	async begin(): Promise<void> {
		const { target, stage } = await this.#open();
		commitStatements(this.#write, moveOf(this.#write, target, this.#table, stage));
		await this.#makeLedger();
		await this.#sweep();
		if ((await this.#committed()) !== null) return;
		await this.#client.query(stageTable(stage, target));
		await this.#client.query(`INSERT IGNORE INTO ${this.#ledger} (owner, step, row_count) VALUES (${this.#owner}, ${BEGUN}, 0)`);
	}

	async write(batch: Batch, sequence: number): Promise<readonly RejectedRow[]> {
		const { target, stage } = await this.#open();
		const done = await this.#inLedger(sequence);
		if (done !== undefined) return done.rejected;
		return insertRows(this.#client, batch, target, { stage, sequence, enter: (rows, rejected) => this.#enter(sequence, rows, rejected) });
	}

	async rehearse(): Promise<readonly RefusedRow[]> {
		const { target, stage } = await this.#open();
		if ((await this.#rules(target)).kind !== 'some') return [];
		const there = withoutAdded(target);
		if (there === null) return [];
		const refused = await rehearse(this.#client, { table: this.#write.destination.table, stage, move: this.#move(there, stage) });
		const messages = new Map(refused.map(({ row, message }) => [row, message]));
		if (refused.length === 0) return [];
		const places = await this.#client.query(`SELECT place, staged FROM ${numbered(stage)} WHERE staged IN (${[...messages.keys()].join(', ')}) ORDER BY place`);
		return places.rows.map(([place, row]) => ({ place: Number(place), message: messages.get(Number(row)) ?? '' }));
	}

	async commit(without?: readonly number[]): Promise<{ rows: number }> {
		const { stage, target } = await this.#open();
		const before = await this.#committed();
		if (before === null) {
			const statements = commitStatements(this.#write, this.#move(target, stage));
			if ((await this.#inLedger(BEGUN)) === undefined) throw this.#notOpen();
			for (const sql of schemaChanges(this.#write.destination, target, this.#table)) await this.#client.query(sql);
			try {
				await this.#client.transaction('START TRANSACTION', () => this.#moveRows(stage, statements, without ?? []));
			} catch (error) {
				if (without === undefined || !isAboutRows(error)) throw error;
				const rules = await this.#rules(target);
				throw refusedAfterAll(error, rules.kind === 'untried' ? rules.because : null);
			}
		}
		await this.#client.query(`DROP TABLE IF EXISTS ${stage}`);
		return { rows: before ?? (await this.#committed()) ?? 0 };
	}

	async #moveRows(stage: string, statements: readonly string[], without: readonly number[]): Promise<void> {
		const summed = await this.#client.query(`SELECT COALESCE(SUM(row_count), 0) FROM ${this.#ledger} WHERE owner = ${this.#owner} AND step >= 0`);
		await this.#enter(COMMITTED, Number(summed.rows[0]?.[0]) - without.length, []);
		if (without.length > 0) {
			const places = await this.#client.query(`SELECT staged FROM ${numbered(stage)} WHERE place IN (${without.join(', ')})`);
			const rows = places.rows.map(([row]) => Number(row));
			await leaveOut(this.#client, stage, rows);
		}
		for (const sql of statements) await this.#client.query(sql);
	}

	#move(target: ResolvedTarget, stage: string): Move {
		return moveOf(this.#write, target, this.#table, stage);
	}

	async #rules(target: ResolvedTarget): Promise<Rules> {
		if (this.#write.destination.preSql !== null) return { kind: 'untried', because: PRE_SQL_UNTRIED };
		return rulesOf(this.#client, this.#schema, this.#write.destination.table, target);
	}

	async abort(): Promise<boolean> {
		const stage = await this.#stage(this.#write.owner);
		await this.#makeLedger();
		const committed = (await this.#committed()) !== null;
		if (!committed) await this.#client.query(`DELETE FROM ${this.#ledger} WHERE owner = ${this.#owner}`);
		await this.#client.query(`DROP TABLE IF EXISTS ${stage}`);
		return committed;
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
		if (table === null && !destination.createTable) {
			const missing = await missingTable(this.#client, this.#schema, destination.table);
			throw new AppError('not_found', missing.message, { hint: `${missing.hint} Or set create_table to true.` });
		}
		// InnoDB's own bound.
		const rules = {
			system: 'MySQL',
			maxColumns: 1017,
			declare: (type: Parameters<typeof declaredType>[0]) => declaredType(type),
			fold: (name: string) => name.toLowerCase(),
		};
		return { target: withKeyLengths(resolveTarget(destination, table?.columns ?? null, rules)), stage: await this.#stage(this.#write.owner) };
	}

	async #stage(owner: string): Promise<string> {
		return qualified(this.#schema, internalName(`stage_${(await sha256Hex(owner)).slice(0, 32)}`));
	}

	/** Enters a step where the writer is open. The row of `begun` is locked, so a commit and a late batch cannot pass each other. */
	async #enter(step: number, rows: number, rejected: readonly RejectedRow[]): Promise<void> {
		const found = await this.#client.query(`SELECT step FROM ${this.#ledger} WHERE owner = ${this.#owner} AND step IN (${BEGUN}, ${COMMITTED}) FOR UPDATE`);
		if (found.rows.length !== 1 || Number(found.rows[0]?.[0]) !== BEGUN) throw this.#notOpen();
		const kept = rejected.length === 0 ? 'NULL' : quoteText(JSON.stringify(rejected));
		await this.#client.query(`INSERT INTO ${this.#ledger} (owner, step, row_count, rejected) VALUES (${this.#owner}, ${step}, ${rows}, ${kept})`);
	}

	#notOpen(): AppError {
		return new AppError(
			'conflict',
			`The write ${this.#write.owner} into ${this.#write.destination.table} is not open: it was never begun, is committed, or was dropped.`,
			{
				hint: 'Staged rows are kept for seven days after the last batch: start a new run.',
			},
		);
	}

	async #committed(): Promise<number | null> {
		return (await this.#inLedger(COMMITTED))?.rows ?? null;
	}

	async #inLedger(step: number): Promise<{ rows: number; rejected: readonly RejectedRow[] } | undefined> {
		try {
			const found = await this.#client.query(`SELECT row_count, rejected FROM ${this.#ledger} WHERE owner = ${this.#owner} AND step = ${step}`);
			const row = found.rows[0];
			if (row === undefined) return undefined;
			return { rows: Number(row[0]), rejected: typeof row[1] === 'string' ? (JSON.parse(row[1]) as RejectedRow[]) : [] };
		} catch (error) {
			if (errorNumber(error) === NO_SUCH_TABLE) return undefined;
			throw error;
		}
	}

	async #makeLedger(): Promise<void> {
		await this.#client.query(
			`CREATE TABLE IF NOT EXISTS ${this.#ledger} (owner varchar(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, step bigint NOT NULL, row_count bigint NOT NULL,
				rejected longtext CHARACTER SET utf8mb4 NULL, at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (owner, step)) ENGINE = InnoDB`,
		);
	}

	/** Removes what runs left behind that never ended. */
	async #sweep(): Promise<void> {
		const stale = await this.#client.query(
			`SELECT owner FROM ${this.#ledger} GROUP BY owner
				HAVING MAX(at) < NOW() - INTERVAL 30 DAY OR (MAX(at) < NOW() - INTERVAL 7 DAY AND SUM(step = ${COMMITTED}) = 0) LIMIT 100`,
		);
		for (const row of stale.rows) {
			const owner = String(row[0]);
			if (owner === this.#write.owner) continue;
			await this.#client.query(`DELETE FROM ${this.#ledger} WHERE owner = ${quoteText(owner)}`);
			await this.#client.query(`DROP TABLE IF EXISTS ${await this.#stage(owner)}`);
		}
	}
}

/** The staged rows by their places, from 0. */
function numbered(stage: string): string {
	return `(SELECT ${ROW_COLUMN} AS staged, ROW_NUMBER() OVER (ORDER BY ${ROW_COLUMN}) - 1 AS place FROM ${stage}) AS numbered`;
}

/** Columns that the commit will add refuse nothing, and adding them could not be undone. Null where a key is one of them: then it matches no row. */
function withoutAdded(target: ResolvedTarget): ResolvedTarget | null {
	const columns = target.columns.filter((column) => !target.added.includes(column));
	const keys = target.keys.map((key) => columns.indexOf(target.columns[key] as TargetColumn));
	return keys.includes(-1) || columns.length === 0 ? null : { ...target, columns, keys };
}
