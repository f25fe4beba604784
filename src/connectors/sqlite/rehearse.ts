import type { RefusedRow, Rehearsal, SqlCell, SqlStatement } from '../connector.ts';

/** More rows than this are no slips: the rehearsal ends, and the commit tells. */
const MOST_REFUSED = 10_000;
/** Some ten seconds, in which nobody else gets at the database: behind them the commit tells as well. */
const MOST_TRIES = 100_000;

export interface RehearsalPorts {
	exec(statement: SqlStatement): readonly (readonly SqlCell[])[];
	/** Undoes what the work did where it throws. */
	attempt(work: () => void): void;
}

/**
 * Which rows of a rehearsal constraints refuse: all are tried at once, and what fails is halved until a row fails alone. Later rows are
 * judged beside the earlier ones that were taken, but for references, which may be to later ones too. Throws what is no row's fault.
 * The caller undoes all of it.
 */
export function refusedRows({ before, count, apply }: Rehearsal, { exec, attempt }: RehearsalPorts): RefusedRow[] {
	let tries = 0;
	/** Null where the rows `from` up to `to` were taken. */
	const refusal = (from: number, to: number): string | null => {
		tries++;
		try {
			attempt(() => {
				for (const { ranged, ...statement } of apply) exec(ranged ? { ...statement, bindings: [...statement.bindings, from, to] } : statement);
			});
			return null;
		} catch (error) {
			const message = constraintIn(error);
			if (message === null) throw error;
			return message;
		}
	};
	for (const statement of before) exec(statement);
	let refused: RefusedRow[] = [];
	const open: [from: number, to: number][] = [[0, Number(exec(count)[0]?.[0] ?? 0)]];
	for (let next = open.pop(); next !== undefined && refused.length < MOST_REFUSED && tries < MOST_TRIES; next = open.pop()) {
		const [from, to] = next;
		const message = from === to ? null : refusal(from, to);
		if (message === null) continue;
		if (to - from === 1) refused.push({ place: from, message });
		else {
			const middle = (from + to) >> 1;
			open.push([middle, to], [from, middle]);
		}
	}
	// What a row refers to may have been taken behind it: from the last one on, so that one pass does for a whole line of them.
	for (let known = -1; known !== refused.length && tries < MOST_TRIES; ) {
		known = refused.length;
		refused = refused.toReversed().filter((row) => !row.message.startsWith('FOREIGN KEY') || refusal(row.place, row.place + 1) !== null);
		refused.reverse();
	}
	return refused;
}

/** What a constraint says of a row, or null for any other fault. */
function constraintIn(error: unknown): string | null {
	const found = /^(.*?)(?: at offset \d+)?: SQLITE_CONSTRAINT/s.exec(error instanceof Error ? error.message : '');
	return found?.[1] ?? null;
}
