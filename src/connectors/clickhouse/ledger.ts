import type { RejectedRow } from '../connector.ts';
import { type ClickhouseClient, errorCode } from './client.ts';
import { quoteText } from './literal.ts';
import { rowsOf, run } from './tables.ts';

const NO_SUCH_TABLE = 60;

/** What one writer has done, step by step; entries of the same step are one, by their deduplication token. The server forgets them after 30 days. */
export class ClickhouseLedger {
	readonly table: string;
	readonly #client: ClickhouseClient;
	readonly #owner: string;

	constructor(client: ClickhouseClient, table: string, owner: string) {
		this.#client = client;
		this.table = table;
		this.#owner = owner;
	}

	async make(): Promise<void> {
		await run(
			this.#client,
			`CREATE TABLE IF NOT EXISTS ${this.table} (owner String, step Int64, rows UInt64, rejected String, at DateTime('UTC') DEFAULT now())
				ENGINE = MergeTree ORDER BY (owner, step) TTL at + INTERVAL 30 DAY SETTINGS non_replicated_deduplication_window = 1000000`,
		);
	}

	async enter(step: number, rows: number, rejected: readonly RejectedRow[]): Promise<void> {
		const values = [quoteText(this.#owner), step, rows, quoteText(JSON.stringify(rejected))];
		const settings = { insert_deduplicate: '1', insert_deduplication_token: `${this.#owner} ${step}` };
		await run(this.#client, `INSERT INTO ${this.table} (owner, step, rows, rejected) VALUES (${values.join(', ')})`, settings);
	}

	async step(step: number): Promise<{ rows: number; rejected: readonly RejectedRow[] } | undefined> {
		try {
			const [found] = await rowsOf(
				this.#client,
				`SELECT toString(rows), rejected FROM ${this.table} WHERE owner = ${quoteText(this.#owner)} AND step = ${step} LIMIT 1`,
			);
			return found === undefined ? undefined : { rows: Number(found[0]), rejected: JSON.parse(found[1] ?? '[]') as RejectedRow[] };
		} catch (error) {
			if (errorCode(error) === NO_SUCH_TABLE) return undefined;
			throw error;
		}
	}

	/** Rows of all batches. A batch entered twice, past the deduplication window, counts once. */
	async total(): Promise<number> {
		const steps = `SELECT step, any(rows) AS rows FROM ${this.table} WHERE owner = ${quoteText(this.#owner)} AND step >= 0 GROUP BY step`;
		const [sum] = await rowsOf(this.#client, `SELECT toString(sum(rows)) FROM (${steps})`);
		return Number(sum?.[0] ?? 0);
	}

	async forget(): Promise<void> {
		await run(this.#client, `ALTER TABLE ${this.table} DELETE WHERE owner = ${quoteText(this.#owner)}`);
	}
}
