import type { Batch } from '../../data/batch.ts';
import { sha256Hex } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import type { RejectedRow, TableWrite, TableWriter } from '../connector.ts';
import { BEGUN, COMMITTED } from '../sql/ledger.ts';
import { type ResolvedTarget, resolveTarget } from '../sql/target.ts';
import { type ClickhouseClient, errorCode } from './client.ts';
import { fillStatements, schemaChanges, userStatements } from './commit.ts';
import { ClickhouseLedger } from './ledger.ts';
import { quoteName, quoteText } from './literal.ts';
import { ROW_COLUMN, stageRows } from './stage-rows.ts';
import { type ClickhouseTable, describeTable, internalName, missingTable, qualified, rowsOf, run } from './tables.ts';
import { declaredType } from './types.ts';

/** The table that is to be moved or exchanged is complete. */
const PREPARED = -3;
/** It was exchanged. */
const SHOWN = -4;
const NO_SUCH_TABLE = 60;

interface Names {
	/** Batches as they came. */
	readonly stage: string;
	/** Made like the target: what is moved into it, or exchanged for it. */
	readonly fresh: string;
}

/**
 * ClickHouse has no transactions, so a commit is steps of which each is all or nothing and may be repeated: the new rows are put
 * together in a table like the target; then its partitions are moved over (append), or it is exchanged for the target (all else).
 */
export class ClickhouseWriter implements TableWriter {
	readonly #client: ClickhouseClient;
	readonly #write: TableWrite;
	readonly #schema: string;
	readonly #table: string;
	readonly #ledger: ClickhouseLedger;
	readonly #owner: string;
	#target: Promise<{ target: ResolvedTarget; names: Names }> | null = null;

	constructor(client: ClickhouseClient, write: TableWrite) {
		this.#client = client;
		this.#write = write;
		this.#schema = write.destination.schema ?? client.database;
		this.#table = qualified(this.#schema, write.destination.table);
		this.#ledger = new ClickhouseLedger(client, qualified(this.#schema, internalName('ledger')), write.owner);
		this.#owner = quoteText(write.owner);
	}

	async begin(): Promise<void> {
		const { target, names } = await this.#open();
		userStatements(this.#write.destination.preSql);
		userStatements(this.#write.destination.postSql);
		fillStatements(this.#write, target, { table: this.#table, ...names }, []);
		await this.#ledger.make();
		await this.#sweep();
		if ((await this.#ledger.step(COMMITTED)) !== undefined) return;
		const columns = target.columns.map((column) => `${quoteName(column.column)} ${column.type.kind === 'binary' ? 'Nullable(String)' : column.declared}`);
		await run(
			this.#client,
			`CREATE TABLE IF NOT EXISTS ${names.stage} (${ROW_COLUMN} UInt64, ${columns.join(', ')}) ENGINE = MergeTree ORDER BY ${ROW_COLUMN}
				SETTINGS non_replicated_deduplication_window = 1000000 COMMENT ${this.#owner}`,
		);
		if ((await this.#ledger.step(BEGUN)) === undefined) await this.#ledger.enter(BEGUN, 0, []);
	}

	async write(batch: Batch, sequence: number): Promise<readonly RejectedRow[]> {
		const { target, names } = await this.#open();
		const done = await this.#ledger.step(sequence);
		if (done !== undefined) return done.rejected;
		const { rows, rejected } = await this.#whileOpen(() => stageRows(this.#client, batch, target, { stage: names.stage, sequence }));
		await this.#ledger.enter(sequence, rows, rejected);
		return rejected;
	}

	async commit(): Promise<{ rows: number }> {
		const { target, names } = await this.#open();
		const committed = await this.#ledger.step(COMMITTED);
		const rows = committed?.rows ?? (await this.#move(target, names));
		await run(this.#client, `DROP TABLE IF EXISTS ${names.fresh}`);
		await run(this.#client, `DROP TABLE IF EXISTS ${names.stage}`);
		return { rows };
	}

	async abort(): Promise<boolean> {
		const names = await this.#names(this.#write.owner);
		if ((await this.#ledger.step(COMMITTED)) !== undefined) return true;
		const prepared = await this.#ledger.step(PREPARED);
		const shows = prepared !== undefined && (await this.#isBegunToShow(prepared.rows));
		if (shows) {
			const { target } = await this.#open();
			await this.#client.held(() => this.#show(target, names));
			await this.#ledger.enter(COMMITTED, prepared.rows, []);
		}
		await run(this.#client, `DROP TABLE IF EXISTS ${names.fresh}`);
		await run(this.#client, `DROP TABLE IF EXISTS ${names.stage}`);
		if (shows) return true;
		await this.#ledger.make();
		await this.#ledger.forget();
		return false;
	}

	/** Some of the prepared rows stand in the table already, or may: a commit broke off behind the point where it can be undone. */
	async #isBegunToShow(rows: number): Promise<boolean> {
		if ((await this.#ledger.step(SHOWN)) !== undefined) return true;
		const fresh = internalName(`fresh_${await this.#suffix(this.#write.owner)}`);
		// Dropped before anything was shown by an abort that broke off.
		if ((await describeTable(this.#client, this.#schema, fresh)) === null) return false;
		const table = await describeTable(this.#client, this.#schema, this.#write.destination.table);
		if (this.#write.destination.operation !== 'append') return table?.comment === this.#mark;
		if ((table?.feeds.length ?? 0) > 0) return true;
		const [left] = await rowsOf(this.#client, `SELECT toString(count()) FROM ${qualified(this.#schema, fresh)}`);
		return Number(left?.[0]) < rows;
	}

	async #move(target: ResolvedTarget, names: Names): Promise<number> {
		const prepared = await this.#ledger.step(PREPARED);
		const rows = prepared?.rows ?? (await this.#whileOpen(() => this.#prepare(target, names)));
		return this.#client.held(async () => {
			await this.#show(target, names);
			for (const sql of userStatements(this.#write.destination.postSql)) await this.#client.text({ sql, readOnly: false, repeatable: false });
			await this.#ledger.enter(COMMITTED, rows, []);
			return rows;
		});
	}

	/** Makes the prepared rows the table's; may be repeated. */
	async #show(target: ResolvedTarget, names: Names): Promise<void> {
		const table = await describeTable(this.#client, this.#schema, this.#write.destination.table);
		if (table === null) throw await missingTable(this.#client, this.#schema, this.#write.destination.table);
		if (this.#write.destination.operation === 'append') await this.#append(target, names, table);
		else await this.#exchange(names, table);
	}

	/** Puts the new rows together in a table made like the target; what a broken attempt left of it is dropped first. */
	async #prepare(target: ResolvedTarget, names: Names): Promise<number> {
		if ((await this.#ledger.step(BEGUN)) === undefined) throw this.#notOpen();
		const rows = await this.#ledger.total();
		const [staged] = await rowsOf(this.#client, `SELECT toString(count()) FROM ${names.stage}`);
		if (Number(staged?.[0]) !== rows) throw this.#notOpen();
		for (const sql of userStatements(this.#write.destination.preSql)) await this.#client.text({ sql, readOnly: false, repeatable: false });
		for (const sql of schemaChanges(this.#write.destination, target, this.#table)) await run(this.#client, sql);
		const table = await describeTable(this.#client, this.#schema, this.#write.destination.table);
		const existing = (table?.columns ?? []).filter((column) => !column.generated).map((column) => column.name);
		await run(this.#client, `DROP TABLE IF EXISTS ${names.fresh}`);
		await run(this.#client, `CREATE TABLE ${names.fresh} AS ${this.#table}`);
		for (const sql of fillStatements(this.#write, target, { table: this.#table, ...names }, existing)) {
			// Not repeated by itself: then all of it would be begun anew.
			await this.#client.text({ sql, readOnly: false, repeatable: false, discardable: true });
		}
		await this.#ledger.enter(PREPARED, rows, []);
		return rows;
	}

	/** A partition that was moved is gone from here, so moving again moves the rest. */
	async #append(target: ResolvedTarget, names: Names, table: ClickhouseTable): Promise<void> {
		if (table.feeds.length > 0) {
			// Moved partitions would not reach the views.
			const columns = target.columns.map((column) => quoteName(column.column)).join(', ');
			const settings = { insert_deduplicate: '1', insert_deduplication_token: this.#write.owner, deduplicate_blocks_in_dependent_materialized_views: '1' };
			await run(this.#client, `INSERT INTO ${this.#table} (${columns}) SELECT ${columns} FROM ${names.fresh}`, settings);
			return;
		}
		const fresh = internalName(`fresh_${await this.#suffix(this.#write.owner)}`);
		const partitions = await rowsOf(
			this.#client,
			`SELECT DISTINCT partition_id FROM system.parts WHERE database = ${quoteText(this.#schema)} AND table = ${quoteText(fresh)} AND active`,
		);
		for (const [id] of partitions) await run(this.#client, `ALTER TABLE ${names.fresh} MOVE PARTITION ID ${quoteText(id ?? '')} TO TABLE ${this.#table}`);
	}

	/** The exchanged table carries a mark in its comment until the ledger says so too, by which a repeated attempt knows it. */
	async #exchange(names: Names, table: ClickhouseTable): Promise<void> {
		if (table.comment !== this.#mark && (await this.#ledger.step(SHOWN)) === undefined) {
			await run(this.#client, `ALTER TABLE ${names.fresh} MODIFY COMMENT ${quoteText(this.#mark)}`);
			await this.#client.text({ sql: `EXCHANGE TABLES ${names.fresh} AND ${this.#table}`, readOnly: false, repeatable: false });
		}
		await this.#ledger.enter(SHOWN, 0, []);
		const fresh = internalName(`fresh_${await this.#suffix(this.#write.owner)}`);
		const former = await describeTable(this.#client, this.#schema, fresh);
		await run(this.#client, `ALTER TABLE ${this.#table} MODIFY COMMENT ${quoteText(former?.comment ?? '')}`);
	}

	get #mark(): string {
		return `headgate ${this.#write.owner}`;
	}

	#open(): Promise<{ target: ResolvedTarget; names: Names }> {
		this.#target ??= this.#resolve().catch((error: unknown) => {
			this.#target = null;
			throw error;
		});
		return this.#target;
	}

	async #resolve(): Promise<{ target: ResolvedTarget; names: Names }> {
		const destination = this.#write.destination;
		const table = await describeTable(this.#client, this.#schema, destination.table);
		if (table === null && !destination.createTable && destination.preSql === null) {
			const missing = await missingTable(this.#client, this.#schema, destination.table);
			throw new AppError('not_found', missing.message, { hint: `${missing.hint} Or set create_table to true.` });
		}
		if (table !== null && !table.engine.endsWith('MergeTree')) {
			throw new AppError('invalid_input', `The table ${destination.table} has the engine ${table.engine}, which cannot be written exactly once.`, {
				hint: 'Write a table of the MergeTree family; a Distributed table’s local one, for example.',
			});
		}
		if (table !== null && table.feeds.length > 0 && destination.operation !== 'append') {
			throw new AppError('invalid_input', `The table ${destination.table} feeds ${table.feeds.join(', ')}, which ${destination.operation} would pass by.`, {
				hint: 'Use append, or write a table without materialized views.',
			});
		}
		const rules = { system: 'ClickHouse', maxColumns: 10_000, declare: declaredType, fold: (name: string) => name };
		return { target: resolveTarget(destination, table?.columns ?? null, rules), names: await this.#names(this.#write.owner) };
	}

	async #names(owner: string): Promise<Names> {
		const suffix = await this.#suffix(owner);
		return { stage: qualified(this.#schema, internalName(`stage_${suffix}`)), fresh: qualified(this.#schema, internalName(`fresh_${suffix}`)) };
	}

	async #suffix(owner: string): Promise<string> {
		return (await sha256Hex(owner)).slice(0, 32);
	}

	/** Drops what runs left behind that never ended; the ledger forgets by itself. */
	async #sweep(): Promise<void> {
		const stale = await rowsOf(
			this.#client,
			`SELECT t.comment FROM system.tables AS t LEFT JOIN (SELECT owner, max(at) AS last FROM ${this.#ledger.table} GROUP BY owner) AS l ON l.owner = t.comment
				WHERE t.database = ${quoteText(this.#schema)} AND startsWith(t.name, ${quoteText(internalName('stage_'))})
				AND greatest(ifNull(l.last, toDateTime(0)), t.metadata_modification_time) < now() - INTERVAL 7 DAY LIMIT 100`,
		);
		for (const [owner] of stale) {
			if (owner === null || owner === undefined || owner === this.#write.owner) continue;
			const names = await this.#names(owner);
			await run(this.#client, `DROP TABLE IF EXISTS ${names.stage}`);
			await run(this.#client, `DROP TABLE IF EXISTS ${names.fresh}`);
		}
	}

	async #whileOpen<T>(work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			if (errorCode(error) === NO_SUCH_TABLE && error instanceof AppError && error.message.includes(internalName('stage_'))) throw this.#notOpen();
			throw error;
		}
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
}
