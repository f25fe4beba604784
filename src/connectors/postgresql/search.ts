import { AppError } from '../../lib/errors.ts';
import type { SearchBound } from '../sql/refusals.ts';
import type { PgClient } from './client.ts';
import { type Move, ROW_COLUMN } from './commit.ts';
import type { Rules } from './rules.ts';

/** SQLSTATEs that are about rows: data, constraints, views' check options, what triggers raise, keys too long for their index. */
const ABOUT_ROWS = '^(22|23|44|54000|P0001)';
const FOREIGN_KEY = '23503';
/** One statement searches no longer than this and the attempt it is at, whatever the connection allows it. */
const STRETCH = "interval '1 second'";
/** Rows tried again are moved behind all others; no run has so many. */
const AGAIN = 2n ** 52n;

export function isAboutRows(state: string | null): boolean {
	return state !== null && new RegExp(ABOUT_ROWS).test(state);
}

export interface RefusedStagedRow {
	/** Its `ROW_COLUMN`. */
	readonly row: string;
	readonly message: string;
}

export interface Search {
	readonly stage: string;
	/** Names of tables that live as long as the transaction: ranges to be tried, rows refused. */
	readonly open: string;
	readonly refused: string;
	readonly move: Move;
	readonly rules: Rules;
	/** Called with the number of rows found. */
	check(found: number, lastSaid: string): ReturnType<SearchBound['check']>;
}

/**
 * The staged rows that are refused beside those that were taken, in one transaction that the caller undoes. Ranges of rows are put into the
 * table; one that is refused is undone and halved. The halving runs in the server: it takes some twelve attempts a refused row.
 */
export async function findRefused(client: PgClient, search: Search): Promise<RefusedStagedRow[]> {
	const { stage, open, refused } = search;
	await client.query(`CREATE TABLE ${open} (low bigint, high bigint, size bigint, fails boolean, is_left boolean)`);
	await client.query(`CREATE TABLE ${refused} (staged bigint, state text, message text, detail text)`);
	await client.query(`INSERT INTO ${open} SELECT min(${ROW_COLUMN}) - 1, max(${ROW_COLUMN}), count(*), true, false FROM ${stage} HAVING count(*) > 0`);
	await untilDone(client, search);
	if (search.rules.refersToItself) await tryAgain(client, search);
	const { rows } = await client.query(`SELECT staged % ${AGAIN}, message, detail FROM ${refused}`);
	return rows.map(([row, message, detail]) => ({ row: row ?? '', message: client.words(message ?? '', detail ?? '') }));
}

async function untilDone(client: PgClient, search: Search): Promise<void> {
	const stretch = `DO LANGUAGE plpgsql ${quoteText(halving(search))}`;
	for (;;) {
		await client.query(stretch);
		const { rows } = await client.query(
			`SELECT (SELECT count(*) FROM ${search.open}), count(*), (array_agg(message))[count(*)], (array_agg(detail))[count(*)] FROM ${search.refused}`,
		);
		const [left, found, message, detail] = rows[0] ?? [];
		search.check(Number(found), client.words(message ?? '', detail ?? ''));
		if (left === '0') return;
	}
}

/** Rows that refer to rows behind them were tried without those: as long as some are taken now, the others are tried once more. */
async function tryAgain(client: PgClient, search: Search): Promise<void> {
	const { stage, open, refused } = search;
	for (let before = 0; ; ) {
		const again = `UPDATE ${stage} AS s SET ${ROW_COLUMN} = s.${ROW_COLUMN} + ${AGAIN} FROM ${refused} AS r WHERE r.staged = s.${ROW_COLUMN} AND r.state = '${FOREIGN_KEY}'`;
		const moved = await client.query(
			`WITH moved AS (${again} RETURNING s.${ROW_COLUMN}) SELECT min(${ROW_COLUMN}) - 1, max(${ROW_COLUMN}), count(*) FROM moved`,
		);
		const [low, high, count] = moved.rows[0] ?? [];
		if (Number(count) === before) return;
		before = Number(count);
		await client.query(`DELETE FROM ${refused} WHERE state = '${FOREIGN_KEY}'`);
		await client.query(`INSERT INTO ${open} VALUES ($1, $2, $3, false, false)`, [low ?? null, high ?? null, count ?? null]);
		await untilDone(client, search);
	}
}

/** A range whose first half is taken fails by its second: that is halved without being tried as a whole. */
function halving({ stage, open, refused, move, rules }: Search): string {
	const attempt = move.putRange.map(({ sql, values }) => {
		const given = values.map((value) => (value === null ? 'NULL::text' : quoteText(value)));
		return `EXECUTE ${quoteText(sql)} USING ${['v_low', 'v_high', ...given].join(', ')};`;
	});
	const names = rules.deferred.join(', ');
	const deferred = names === '' ? '' : `SET CONSTRAINTS ${names} IMMEDIATE; SET CONSTRAINTS ${names} DEFERRED;`;
	return `DECLARE
	v_lows bigint[]; v_highs bigint[]; v_sizes bigint[]; v_fails boolean[]; v_lefts boolean[];
	v_depth int; v_low bigint; v_high bigint; v_size bigint; v_middle bigint; v_known boolean; v_left boolean;
	v_state text; v_message text; v_detail text; v_until timestamptz := clock_timestamp() + ${STRETCH};
BEGIN
	SELECT array_agg(low ORDER BY low DESC), array_agg(high ORDER BY low DESC), array_agg(size ORDER BY low DESC),
		array_agg(fails ORDER BY low DESC), array_agg(is_left ORDER BY low DESC), count(*) INTO v_lows, v_highs, v_sizes, v_fails, v_lefts, v_depth FROM ${open};
	DELETE FROM ${open};
	WHILE v_depth > 0 LOOP
		v_low := v_lows[v_depth]; v_high := v_highs[v_depth]; v_size := v_sizes[v_depth];
		v_known := v_fails[v_depth] AND v_size > 1; v_left := v_lefts[v_depth]; v_depth := v_depth - 1;
		IF NOT v_known THEN
			BEGIN
				${attempt.join('\n')}
				${deferred}
				IF v_left THEN v_fails[v_depth] := true; END IF;
			EXCEPTION WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS v_state = RETURNED_SQLSTATE, v_message = MESSAGE_TEXT, v_detail = PG_EXCEPTION_DETAIL;
				IF v_state !~ '${ABOUT_ROWS}' THEN RAISE; END IF;
				v_known := true;
				IF v_size = 1 THEN INSERT INTO ${refused} VALUES (v_high, v_state, v_message, v_detail); END IF;
			END;
		END IF;
		IF v_known AND v_size > 1 THEN
			EXECUTE ${quoteText(`SELECT ${ROW_COLUMN} FROM ${stage} WHERE ${ROW_COLUMN} > $1 AND ${ROW_COLUMN} <= $2 ORDER BY ${ROW_COLUMN} OFFSET $3 LIMIT 1`)}
				INTO v_middle USING v_low, v_high, v_size / 2 - 1;
			v_depth := v_depth + 1; v_lows[v_depth] := v_middle; v_highs[v_depth] := v_high; v_sizes[v_depth] := v_size - v_size / 2; v_fails[v_depth] := false; v_lefts[v_depth] := false;
			v_depth := v_depth + 1; v_lows[v_depth] := v_low; v_highs[v_depth] := v_middle; v_sizes[v_depth] := v_size / 2; v_fails[v_depth] := false; v_lefts[v_depth] := true;
		END IF;
		EXIT WHEN clock_timestamp() > v_until;
	END LOOP;
	INSERT INTO ${open} SELECT v_lows[i], v_highs[i], v_sizes[i], v_fails[i], v_lefts[i] FROM generate_series(1, v_depth) AS i;
END`;
}

function quoteText(text: string): string {
	if (text.includes('\u0000'))
		throw new AppError('invalid_input', 'A text with a NUL character cannot be given to PostgreSQL.', { hint: 'Remove it from the value.' });
	return `'${text.replaceAll("'", "''")}'`;
}
