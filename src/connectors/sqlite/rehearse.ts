import type { RefusedRow, Rehearsal, SqlCell, SqlStatement } from '../connector.ts';

/** More rows than this are no slips: the rehearsal ends, and the commit tells. */
export const MOST_REFUSED = 10_000;

export interface RehearsalPorts {
	exec(statement: SqlStatement): readonly (readonly SqlCell[])[];
	/** Undoes what the work did where it throws. */
	attempt(work: () => void): void;
}

/**
 * Which rows of a rehearsal constraints refuse: all are tried at once, and what fails is halved until a row fails alone. Later rows are
 * judged beside the earlier ones that were taken. Throws what is no row's fault. The caller undoes all of it.
 */
export function refusedRows({ before, count, apply }: Rehearsal, { exec, attempt }: RehearsalPorts): RefusedRow[] {
	for (const statement of before) exec(statement);
	const refused: RefusedRow[] = [];
	const open: [from: number, to: number][] = [[0, Number(exec(count)[0]?.[0] ?? 0)]];
	for (let next = open.pop(); next !== undefined && refused.length < MOST_REFUSED; next = open.pop()) {
		const [from, to] = next;
		if (from === to) continue;
		try {
			attempt(() => {
				for (const { ranged, ...statement } of apply) exec(ranged ? { ...statement, bindings: [...statement.bindings, from, to] } : statement);
			});
		} catch (error) {
			const message = constraintIn(error);
			if (message === null) throw error;
			if (to - from === 1) refused.push({ place: from, message });
			else {
				const middle = (from + to) >> 1;
				open.push([middle, to], [from, middle]);
			}
		}
	}
	return refused;
}

/** What a constraint says of a row, or null for any other fault. */
function constraintIn(error: unknown): string | null {
	const found = /^(.*?)(?: at offset \d+)?: SQLITE_CONSTRAINT/s.exec(error instanceof Error ? error.message : '');
	return found?.[1] ?? null;
}
