import type { Batch } from '../../data/batch.ts';
import { AppError } from '../../lib/errors.ts';
import type { RefusedRow, RejectedRow, SqlStatement, TableWrite, TableWriter } from '../connector.ts';
import type { SqliteClient } from './client.ts';
import { commitStatements, rehearsalOf } from './commit.ts';
import { BEGUN, COMMITTED } from './internals.ts';
import { stageRows } from './rows.ts';
import { findTarget, hasRules, type Target } from './target.ts';

/** Fails, and so undoes the transaction, where the writer was not begun or is committed: then the subquery is null. */
const STILL_OPEN = `(SELECT b.at FROM __hg_ledger AS b WHERE b.owner = ? AND b.step = ${BEGUN}
	AND NOT EXISTS (SELECT 1 FROM __hg_ledger AS c WHERE c.owner = b.owner AND c.step = ${COMMITTED}))`;

/** Stages rows under the owner's name and moves them into the table in one transaction. */
export class SqliteWriter implements TableWriter {
	readonly #client: SqliteClient;
	readonly #write: TableWrite;
	#target: Promise<Target> | null = null;

	constructor(client: SqliteClient, write: TableWrite) {
		this.#client = client;
		this.#write = write;
	}

	/** Refuses here, before any row is read, what could not be committed: types, columns, SQL. */
	async begin(): Promise<void> {
		const target = await this.#resolved();
		commitStatements(this.#write, target);
		await this.#client.transact([
			{ sql: `INSERT INTO __hg_ledger (owner, step, rows, at) VALUES (?, ${BEGUN}, 0, ?) ON CONFLICT DO NOTHING`, bindings: [this.#write.owner, Date.now()] },
		]);
	}

	async write(batch: Batch, sequence: number): Promise<readonly RejectedRow[]> {
		const staged = stageRows(batch, await this.#resolved());
		const owner = this.#write.owner;
		const parts = staged.parts.map(
			(data, part): SqlStatement => ({
				sql: `INSERT INTO __hg_stage (owner, step, part, data)
					SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM __hg_ledger WHERE owner = ? AND step = ?)`,
				bindings: [owner, sequence, part, data, owner, sequence],
			}),
		);
		const entry: SqlStatement = {
			sql: `INSERT INTO __hg_ledger (owner, step, rows, at)
				VALUES (?, ?, ?, CASE WHEN ${STILL_OPEN} IS NOT NULL THEN ? END) ON CONFLICT (owner, step) DO NOTHING`,
			bindings: [owner, sequence, staged.rows, owner, Date.now()],
		};
		await this.#open(() => this.#client.transact([...parts, entry]));
		return staged.rejected;
	}

	async rehearse(): Promise<readonly RefusedRow[]> {
		const target = await this.#resolved();
		// Its own SQL may make the table, or its rules.
		const mayRefuse = this.#write.destination.preSql !== null || (await hasRules(this.#client, target));
		return mayRefuse ? this.#client.rehearse(rehearsalOf(this.#write, target)) : [];
	}

	async commit(without: readonly number[] = []): Promise<{ rows: number }> {
		const before = await this.#committed();
		if (before !== null) return { rows: before };
		const statements = commitStatements(this.#write, await this.#resolved(), without);
		const owner = this.#write.owner;
		const entry: SqlStatement = {
			sql: `INSERT INTO __hg_ledger (owner, step, rows, at)
				SELECT ?, ${COMMITTED}, (SELECT coalesce(sum(rows), 0) FROM __hg_ledger WHERE owner = ? AND step >= 0) - CAST(? AS INTEGER), CASE WHEN ${STILL_OPEN} IS NOT NULL THEN ? END`,
			bindings: [owner, owner, without.length, owner, Date.now()],
		};
		const clear: SqlStatement = { sql: 'DELETE FROM __hg_stage WHERE owner = ?', bindings: [owner] };
		try {
			await this.#open(() => this.#client.transact([entry, ...statements, clear]));
		} catch (error) {
			// Another attempt of the same run may have committed since the first look.
			const meanwhile = await this.#committed();
			if (meanwhile !== null) return { rows: meanwhile };
			throw error;
		}
		const rows = await this.#committed();
		if (rows === null) throw new AppError('unavailable', `The commit of ${owner} left no mark.`, { hint: 'Try again.' });
		return { rows };
	}

	async abort(): Promise<boolean> {
		const owner = this.#write.owner;
		const uncommitted = `owner = ? AND NOT EXISTS (SELECT 1 FROM __hg_ledger AS c WHERE c.owner = ? AND c.step = ${COMMITTED})`;
		await this.#client.transact([
			{ sql: `DELETE FROM __hg_stage WHERE ${uncommitted}`, bindings: [owner, owner] },
			{ sql: `DELETE FROM __hg_ledger WHERE ${uncommitted}`, bindings: [owner, owner] },
		]);
		return (await this.#committed()) !== null;
	}

	#resolved(): Promise<Target> {
		this.#target ??= findTarget(this.#client, this.#write.destination).catch((error: unknown) => {
			this.#target = null;
			throw error;
		});
		return this.#target;
	}

	async #committed(): Promise<number | null> {
		const found = await this.#client.query({ sql: `SELECT rows FROM __hg_ledger WHERE owner = ? AND step = ${COMMITTED}`, bindings: [this.#write.owner] }, 1);
		return found.rows[0] === undefined ? null : Number(found.rows[0][0]);
	}

	async #open<T>(work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			if (!(error instanceof AppError) || !error.message.includes('__hg_ledger.at')) throw error;
			throw new AppError(
				'conflict',
				`The write ${this.#write.owner} into ${this.#write.destination.table} is not open: it was never begun, is committed, or was dropped.`,
				{
					hint: 'Staged rows are kept for seven days after the last batch: start a new run.',
					cause: error,
				},
			);
		}
	}
}
