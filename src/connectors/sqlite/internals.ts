import { DAY } from '../../lib/time.ts';
import type { SqlStatement } from '../connector.ts';

/**
 * Tables the embedded database keeps beside the account's own, out of reach of users' SQL.
 *
 * - `__hg_ledger`: what each writer (run and node) has done; step −2 begun, −1 committed, from 0 on its batches.
 * - `__hg_stage`: the rows of batches not yet committed, as JSON arrays of rows of at most about 2 MB: one row written per
 *   thousand rows landed, because rows written are what the platform charges for.
 * - `__hg_snapshot`, `__hg_snapshot_page`: results of queries that are read page by page, in pieces below the 2 MB of a row.
 */
export const INTERNAL_TABLES = `
CREATE TABLE IF NOT EXISTS __hg_ledger (owner TEXT NOT NULL, step INTEGER NOT NULL, rows INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (owner, step)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS __hg_stage (owner TEXT NOT NULL, step INTEGER NOT NULL, part INTEGER NOT NULL, data TEXT NOT NULL, UNIQUE (owner, step, part)) STRICT;
CREATE TABLE IF NOT EXISTS __hg_snapshot (id TEXT NOT NULL PRIMARY KEY, used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS __hg_snapshot_page (id TEXT NOT NULL, page INTEGER NOT NULL, piece INTEGER NOT NULL, data TEXT NOT NULL, UNIQUE (id, page, piece)) STRICT;
`;

export { BEGUN, COMMITTED } from '../sql/ledger.ts';

/** A run that wrote nothing for so long has ended without a word. */
const STAGE_IDLE = 7 * DAY;
/** So long a repeated commit is recognised. */
const LEDGER_KEPT = 30 * DAY;
/** Nobody reads on in a snapshot left alone for so long. */
const SNAPSHOT_IDLE = 2 * DAY;

/** Removes what runs and readers left behind that never ended. */
export function sweepStatements(now: number): SqlStatement[] {
	const idle = 'SELECT owner FROM __hg_ledger GROUP BY owner HAVING max(at) < CAST(? AS INTEGER) AND min(CASE WHEN step = -1 THEN 0 ELSE 1 END) = 1';
	const bindings = [now - STAGE_IDLE];
	return [
		{ sql: `DELETE FROM __hg_stage WHERE owner IN (${idle})`, bindings },
		{ sql: `DELETE FROM __hg_ledger WHERE owner IN (${idle})`, bindings },
		{
			sql: 'DELETE FROM __hg_ledger WHERE owner IN (SELECT owner FROM __hg_ledger GROUP BY owner HAVING max(at) < CAST(? AS INTEGER))',
			bindings: [now - LEDGER_KEPT],
		},
		{ sql: 'DELETE FROM __hg_snapshot WHERE used_at < CAST(? AS INTEGER)', bindings: [now - SNAPSHOT_IDLE] },
		{ sql: 'DELETE FROM __hg_snapshot_page WHERE id NOT IN (SELECT id FROM __hg_snapshot)', bindings: [] },
	];
}

/** Whether anything is left that a later sweep will have to look at. */
export const SWEEP_LATER = 'SELECT EXISTS (SELECT 1 FROM __hg_ledger) OR EXISTS (SELECT 1 FROM __hg_snapshot) AS later';
