import { AppError } from '../../lib/errors.ts';

/** A run that looked for refused rows as long as this ends, before the platform ends the turn it is in. */
const LONGEST_SEARCH_MS = 10 * 60_000;

/** How far the search for the rows that a table refuses may go. */
export class SearchBound {
	readonly #system: string;
	readonly #table: string;
	readonly #most: number;
	readonly #until = Date.now() + LONGEST_SEARCH_MS;

	constructor(system: string, table: string, most: number) {
		this.#system = system;
		this.#table = table;
		this.#most = most;
	}

	/** Throws `limit` where `refused` rows are more than are left out of a commit, or the search takes too long. */
	check(refused: number, lastSaid: string): void {
		if (refused > this.#most) {
			throw new AppError('limit', `${this.#system} refuses more than ${this.#most} of the rows for the table ${this.#table}, at last because: ${lastSaid}.`, {
				hint: 'So many are no slips: filter them out before the destination, or write rows whose keys are there already by a merge operation with merge_keys.',
			});
		}
		if (Date.now() <= this.#until) return;
		throw new AppError('limit', `The rows that ${this.#system} refuses for the table ${this.#table} were not all found in ten minutes; ${refused} were.`, {
			hint: 'Filter such rows out before the destination, or write fewer rows a run.',
		});
	}
}

/** What a commit says that was refused by a rule of the table although bad rows were to be left out of it. `untried`: why they could not be found before. */
export function refusedAfterAll(error: AppError, untried: string | null): AppError {
	const hint =
		untried !== null
			? `The rows could not be tried before the commit: ${untried}.`
			: 'Rows that a rule refused were found before and left out: others changed the table since, or post_sql breaks the rule. Run again.';
	return new AppError('upstream', error.message, { hint, cause: error, ...(error.details === undefined ? {} : { details: error.details }) });
}

/** Why rows are not tried behind pre SQL. */
export const PRE_SQL_UNTRIED = 'pre_sql may change what they meet, and is run once; run it in an execute_sql_component of a workflow before';
