import { AppError } from '../../lib/errors.ts';
import { SearchBound } from '../sql/refusals.ts';
import { type PgClient, sqlState } from './client.ts';
import { type Move, ROW_COLUMN } from './commit.ts';
import type { Rules } from './rules.ts';
import { findRefused, isAboutRows, type RefusedStagedRow, type Search } from './search.ts';

/** More rows than this are no slips. */
const MOST_REFUSED = 10_000;

export interface Rehearsal extends Pick<Search, 'stage' | 'open' | 'refused'> {
	readonly table: string;
	readonly move: Move;
	readonly rules: Rules;
}

/**
 * The staged rows that the commit must leave out, found by doing what it does and undoing all of it; where nothing is refused that is
 * done once. Pre and post SQL are left out. Numbers that sequences gave are not taken back.
 */
export function rehearse(client: PgClient, { table, move, rules, ...names }: Rehearsal): Promise<RefusedStagedRow[]> {
	const { stage } = names;
	const bound = new SearchBound('PostgreSQL', table, MOST_REFUSED);
	return client.undone(async () => {
		for (const { sql, values } of [...move.schema, ...move.clear]) await client.query(sql, values);
		const refused: RefusedStagedRow[] = [];
		for (;;) {
			await client.query('SAVEPOINT tried');
			const fault = await wholeFault(client, move);
			if (fault === null) return refused;
			await client.query('ROLLBACK TO SAVEPOINT tried');
			if (refused.length === 0) await client.query(`CREATE INDEX ON ${stage} (${ROW_COLUMN})`);
			await client.query('SAVEPOINT tried');
			for (const { sql, values } of move.ready) await client.query(sql, values);
			await client.query(`ANALYZE ${stage}`);
			const known = refused.length;
			const found = await findRefused(client, { ...names, move, rules, check: (more, lastSaid) => bound.check(known + more, lastSaid) });
			// No row is refused beside those in front of it, and still not all are taken together: the commit would fail so.
			if (found.length === 0) throw fault;
			await client.query('ROLLBACK TO SAVEPOINT tried');
			refused.push(...found);
			await client.query(`DELETE FROM ${stage} WHERE ${ROW_COLUMN} = ANY($1::bigint[])`, [`{${found.map(({ row }) => row).join(',')}}`]);
		}
	});
}

/** Why not all staged rows are taken; null where they are. Throws what is no row's fault. */
async function wholeFault(client: PgClient, move: Move): Promise<AppError | null> {
	try {
		for (const { sql, values } of [...move.ready, ...move.put]) await client.query(sql, values);
		await client.query('SET CONSTRAINTS ALL IMMEDIATE');
		return null;
	} catch (error) {
		if (!(error instanceof AppError) || !isAboutRows(sqlState(error))) throw error;
		return error;
	}
}
