import { AppError } from '../../lib/errors.ts';
import { SearchBound } from '../sql/refusals.ts';
import { errorNumber, type MysqlClient, wordsOf } from './client.ts';
import { type Move, ROW_COLUMN } from './commit.ts';

/** More rows than this are no slips. Each takes some fifteen statements, which cross the network: the server has no block that could loop over them. */
const MOST_REFUSED = 1_000;
/** From so few rows on the numbers of a range are asked for at once. */
const FEW = 1_000;
/** Numbers in one statement. */
const AT_ONCE = 1_000;

/** Errors that are about rows: of data, keys, references, checks and partitions (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html; 4025 is MariaDB's check). */
const ABOUT_ROWS: ReadonlySet<number> = new Set([
	1022, 1048, 1062, 1169, 1216, 1217, 1264, 1265, 1292, 1364, 1365, 1366, 1369, 1406, 1451, 1452, 1526, 1557, 1586, 1644, 1690, 1761, 1762, 3819, 4025,
]);

export function isAboutRows(error: unknown): error is AppError {
	return error instanceof AppError && ABOUT_ROWS.has(errorNumber(error) ?? 0);
}

export interface RefusedStagedRow {
	/** Its `ROW_COLUMN`. */
	readonly row: number;
	readonly message: string;
}

interface Range {
	readonly low: number;
	readonly high: number;
	readonly size: number;
	/** It is refused, which another attempt or that of its first half told. */
	readonly fails: boolean;
	/** The range behind it on the stack is its other half. */
	readonly isFirst: boolean;
	/** The numbers of its rows, once they are few. */
	readonly rows: readonly number[] | null;
}

/**
 * The staged rows that the commit must leave out, found by doing what it does and undoing all of it; where nothing is refused that is
 * done once. Pre and post SQL are left out. Numbers that AUTO_INCREMENT gave are not taken back.
 */
export function rehearse(client: MysqlClient, { table, stage, move }: { table: string; stage: string; move: Move }): Promise<RefusedStagedRow[]> {
	const bound = new SearchBound('MySQL', table, MOST_REFUSED);
	return client.undone(async () => {
		for (const sql of move.clear) await client.query(sql);
		const refused: RefusedStagedRow[] = [];
		for (;;) {
			await client.query('SAVEPOINT tried');
			const fault = await faultOf(client, [...move.ready, ...move.put()]);
			if (fault === null) return refused;
			await client.query('ROLLBACK TO SAVEPOINT tried');
			for (const sql of move.ready) await client.query(sql);
			const known = refused.length;
			await findRefused(client, { stage, move }, (found) => {
				refused.push(found);
				bound.check(refused.length, found.message);
			});
			// No row is refused beside those in front of it, and still not all are taken together: the commit would fail so.
			if (refused.length === known) throw fault;
			await client.query('ROLLBACK TO SAVEPOINT tried');
			await leaveOut(
				client,
				stage,
				refused.slice(known).map(({ row }) => row),
			);
		}
	});
}

/** Takes rows out of the staging. */
export async function leaveOut(client: MysqlClient, stage: string, rows: readonly number[]): Promise<number> {
	let left = 0;
	for (let at = 0; at < rows.length; at += AT_ONCE) {
		left += (await client.query(`DELETE FROM ${stage} WHERE ${ROW_COLUMN} IN (${rows.slice(at, at + AT_ONCE).join(', ')})`)).affected;
	}
	return left;
}

/** Puts ranges of rows into the table, each beside those that were taken in front of it; one that is refused is halved. */
async function findRefused(client: MysqlClient, { stage, move }: { stage: string; move: Move }, found: (row: RefusedStagedRow) => void): Promise<void> {
	const whole = await client.query(`SELECT MIN(${ROW_COLUMN}) - 1, MAX(${ROW_COLUMN}), COUNT(*) FROM ${stage}`);
	const [low, high, size] = (whole.rows[0] ?? []).map(Number);
	const open: Range[] = size === 0 ? [] : [{ low: low ?? 0, high: high ?? 0, size: size ?? 0, fails: true, isFirst: false, rows: null }];
	for (let range = open.pop(); range !== undefined; range = open.pop()) {
		if (!range.fails || range.size === 1) {
			const fault = await attempt(client, move.put(range));
			if (fault === null) {
				const other = open.at(-1);
				if (range.isFirst && other !== undefined) open[open.length - 1] = { ...other, fails: true };
				continue;
			}
			if (range.size === 1) {
				found({ row: range.high, message: wordsOf(fault) });
				continue;
			}
		}
		open.push(...(await halves(client, stage, range)));
	}
}

/** The second half and, to be tried before it, the first. */
async function halves(client: MysqlClient, stage: string, { low, high, size, rows }: Range): Promise<[Range, Range]> {
	const half = size >> 1;
	const inOrder = `SELECT ${ROW_COLUMN} FROM ${stage} WHERE ${ROW_COLUMN} > ${low} AND ${ROW_COLUMN} <= ${high} ORDER BY ${ROW_COLUMN}`;
	const numbers = async (bounds: string) => (await client.query(`${inOrder}${bounds}`)).rows.map(([row]) => Number(row));
	const all = rows ?? (size <= FEW ? await numbers('') : null);
	const middle = (all === null ? (await numbers(` LIMIT 1 OFFSET ${half - 1}`))[0] : all[half - 1]) ?? high;
	return [
		{ low: middle, high, size: size - half, fails: false, isFirst: false, rows: all?.slice(half) ?? null },
		{ low, high: middle, size: half, fails: false, isFirst: true, rows: all?.slice(0, half) ?? null },
	];
}

/** One statement undoes itself where it fails; of several the first are undone. */
async function attempt(client: MysqlClient, statements: readonly string[]): Promise<AppError | null> {
	if (statements.length === 1) return faultOf(client, statements);
	await client.query('SAVEPOINT attempt');
	const fault = await faultOf(client, statements);
	if (fault !== null) await client.query('ROLLBACK TO SAVEPOINT attempt');
	return fault;
}

/** Why a table does not take rows; null where it does. Throws what is no row's fault. */
async function faultOf(client: MysqlClient, statements: readonly string[]): Promise<AppError | null> {
	try {
		for (const sql of statements) await client.query(sql);
		return null;
	} catch (error) {
		if (isAboutRows(error)) return error;
		throw error;
	}
}
