import { AppError } from '../../lib/errors.ts';
import type { EmbeddedDatabase, PackedResult, RefusedRow, Rehearsal, SqlAnswer, SqlCell, SqlStatement } from '../connector.ts';
import { messageOf, upstream } from '../upstream.ts';
import { unpackRows } from './packed-rows.ts';

/** Rows as arrays of cells in column order. */
export interface SqlResult {
	readonly columns: readonly string[];
	readonly rows: readonly (readonly SqlCell[])[];
	readonly truncated: boolean;
	readonly rowsWritten: number;
}

export interface SqlPage {
	readonly rows: readonly (readonly SqlCell[])[];
	readonly cursor: string | null;
}

/** Cells of one answer: below the 32 MiB bound of an RPC message even where every text takes three bytes a character. */
export const MAX_BYTES = 4 * 1024 * 1024;

/** Of a result that is kept while it is read page by page: it takes this much of the database's 10 GB. */
const MOST_KEPT = 1024 * 1024 * 1024;

/**
 * The embedded database with its failures said in our words. What SQLite refuses stays refused; a lost or overloaded object
 * passes by itself. The only place that decides it.
 */
export class SqliteClient {
	readonly #database: EmbeddedDatabase;

	constructor(database: EmbeddedDatabase) {
		this.#database = database;
	}

	async query(statement: SqlStatement, maxRows: number, readOnly = true): Promise<SqlResult> {
		return unpacked(await this.#call(() => this.#database.query(statement, { maxRows, maxBytes: MAX_BYTES, readOnly })));
	}

	async transact(statements: readonly SqlStatement[], undo = false): Promise<readonly SqlResult[]> {
		return (await this.#call(() => this.#database.transact(statements, { undo }))).map(unpacked);
	}

	rehearse(rehearsal: Rehearsal): Promise<readonly RefusedRow[]> {
		return this.#call(() => this.#database.rehearse(rehearsal));
	}

	async snapshot(statement: SqlStatement, pageRows: number): Promise<SqlPage> {
		const page = await this.#call(() => this.#database.snapshot(statement, { pageRows, maxBytes: MOST_KEPT }));
		return { rows: unpackRows(page.packed), cursor: page.cursor };
	}

	async page(cursor: string): Promise<SqlPage> {
		const page = await this.#call(() => this.#database.page(cursor));
		return { rows: unpackRows(page.packed), cursor: page.cursor };
	}

	async #call<T>(work: () => Promise<SqlAnswer<T>>): Promise<T> {
		let answer: SqlAnswer<T>;
		try {
			answer = await work();
		} catch (error) {
			throw failed(error);
		}
		if (answer.ok) return answer.value;
		throw refused(answer.reason, answer.message);
	}
}

function unpacked(result: PackedResult): SqlResult {
	return { columns: result.columns, rows: unpackRows(result.packed), truncated: result.truncated, rowsWritten: result.rowsWritten };
}

function refused(reason: 'sqlite' | 'wrote' | 'gone' | 'large', message: string): AppError {
	if (reason === 'large') {
		return new AppError('limit', 'The query gives more than 1 GiB of rows, which the embedded database does not keep while they are read.', {
			hint: 'Select fewer columns or rows. A table itself may be of any size: name it as table, with a where_clause, and join in the package.',
		});
	}
	if (reason === 'wrote') {
		return new AppError('invalid_input', 'A statement that was to read only has written; it was undone.', {
			hint: 'execute_sql_component runs statements that write.',
		});
	}
	if (reason === 'gone') {
		return new AppError('conflict', 'The result that was being read page by page is gone.', {
			hint: 'Such results are kept for two days after their last use: run again.',
		});
	}
	const parts = /^(.*?)(?: at offset \d+)?: SQLITE_[A-Z]+(?: \(extended: (SQLITE_[A-Z_]+)\))?$/s.exec(message);
	const said = messageOf(parts?.[1] ?? message);
	return upstream(`The embedded database refused: ${said}.`, { retryable: false, hint: hintFor(said, parts?.[2] ?? '') });
}

/** The call itself failed. The runtime marks what passes by itself: a lost connection, a restarted or overloaded object. */
function failed(error: unknown): AppError {
	const passing = error instanceof Error && (Reflect.get(error, 'retryable') === true || Reflect.get(error, 'overloaded') === true);
	return upstream(`The embedded database failed: ${messageOf(error)}.`, {
		retryable: passing,
		hint: passing ? 'This passes by itself: try again.' : 'See the message.',
		cause: error,
	});
}

function hintFor(message: string, extended: string): string {
	if (extended === 'SQLITE_CONSTRAINT_UNIQUE' || extended === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
		return 'Two rows have the same key: use a merge operation with merge_keys, or make the rows distinct first.';
	}
	if (extended === 'SQLITE_CONSTRAINT_NOTNULL') return 'Fill the field before the destination, for example with coalesce.';
	if (message.startsWith('no such table')) return 'discover_schema lists the tables; names with capitals or blanks need double quotes.';
	if (message.startsWith('no such column')) return 'discover_schema lists the columns of a table; a text stands in single quotes.';
	if (message.startsWith('no such function')) return 'SQLite has no such function: compute it in a select component.';
	if (message.startsWith('not authorized')) return 'The embedded database allows no such statement; tables, views, indexes and triggers are fine.';
	if (message.startsWith('too many columns')) return 'A table or result has at most 100 columns: select fewer, or put some into one json column.';
	if (/^(?:CHECK|FOREIGN KEY) constraint failed/.test(message))
		return 'A row breaks a rule of the table: leave such rows out before the destination with a filter, or an assert.';
	return 'Correct the SQL.';
}
