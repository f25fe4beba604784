import type { searchEntries } from '../../schema/tables/search-entries.ts';
import type { Store } from './store.ts';

export type SearchKind = (typeof searchEntries.$inferSelect)['kind'];

export interface SearchHit {
	readonly type: SearchKind;
	readonly id: number;
	readonly name: string;
	readonly text: string;
}

/** In the order in which migration 0020 numbers them. */
const KINDS = ['package', 'connection', 'cluster', 'workspace', 'run', 'schedule'];

/** First and last number in the index of one account's entries of one kind; parameter 1 is the account. The first plus its id is a thing's. */
export function entryRange(kind: SearchKind): { readonly first: string; readonly last: string } {
	const first = `(?1 << 39) + (${KINDS.indexOf(kind)} << 36)`;
	return { first, last: `${first} + (1 << 36) - 1` };
}

/** A trigram index knows no shorter words. */
const SHORTEST = 3;
const TEXT_SHOWN = 160;

/**
 * Entries that are looked at for each that is wanted: the newest that match. What permissions hide and what lacks a short word
 * falls out of them; however many match, no more are read.
 */
const LOOKED_AT = 8;

/** A package that permissions hide from member ?2 is not found, nor are its runs and schedules; a connection without its credentials is not there yet. */
const VISIBLE = `NOT (e.kind = 'connection' AND EXISTS (SELECT 1 FROM connections c WHERE c.id = e.ref_id AND c.status = 'creating'))
	AND NOT EXISTS (SELECT 1 FROM package_permissions p WHERE p.user_id = ?2 AND p.can_read = 0
		AND p.package_id = CASE e.kind WHEN 'package' THEN e.ref_id WHEN 'run' THEN (SELECT r.package_id FROM runs r WHERE r.id = e.ref_id)
			WHEN 'schedule' THEN (SELECT s.package_id FROM schedules s WHERE s.id = e.ref_id) END)`;

/**
 * Most `rows` of each kind that hold every one of `words`, in any case: those named exactly so, then those that hold them in the
 * name, then the others, each newest first. `viewer`: a member whom permissions narrow, or null.
 */
export async function searchEach(
	{ $client }: Store,
	accountId: number,
	viewer: number | null,
	kinds: readonly SearchKind[],
	words: readonly string[],
	rows: number,
): Promise<SearchHit[]> {
	const long = words.filter((word) => [...word].length >= SHORTEST);
	const short = words.filter((word) => [...word].length < SHORTEST);
	const match = matchAll(long);
	const bound = [accountId, viewer, rows, words.join(' '), ...(match === null ? [] : [match]), ...short];
	const found = await $client.batch<SearchHit>(kinds.map((kind) => $client.prepare(statement(kind, rows, match !== null, short.length)).bind(...bound)));
	return found.flatMap(({ results }) => results);
}

function statement(kind: SearchKind, rows: number, indexed: boolean, short: number): string {
	const { first, last } = entryRange(kind);
	const looked = rows * LOOKED_AT;
	const narrow = Array.from({ length: short }, (_, i) => ` AND instr(lower(e.name || ' ' || e.body), lower(?${i + (indexed ? 6 : 5)})) > 0`).join('');
	const matching = (expression: string, place: number) =>
		`SELECT * FROM (SELECT rowid - (${first}) AS id, ${place} AS place FROM search_index WHERE search_index MATCH ${expression}
			AND rowid BETWEEN ${first} AND ${last} ORDER BY rowid DESC LIMIT ${looked})`;
	const newest = `SELECT * FROM (SELECT ref_id AS id, 2 AS place FROM search_entries INDEXED BY search_entries_by_account
			WHERE account_id = ?1 AND kind = '${kind}' ORDER BY rowid DESC LIMIT ${NEWEST})`;
	const candidates = indexed ? `${matching(`'name : (' || ?5 || ')'`, 1)} UNION ALL ${matching('?5', 2)}` : newest;
	const exact =
		kind === 'package'
			? ` UNION ALL SELECT * FROM (SELECT id, 0 FROM packages WHERE account_id = ?1 AND name = ?4 COLLATE NOCASE ORDER BY id DESC LIMIT ${rows})`
			: '';
	return `SELECT e.kind AS type, e.ref_id AS id, e.name, substr(e.body, 1, ${TEXT_SHOWN}) AS text
		FROM (SELECT id, min(place) AS place FROM (${candidates}${exact}) GROUP BY id) f CROSS JOIN search_entries e INDEXED BY search_entries_by_ref ON e.kind = '${kind}' AND e.ref_id = f.id
		WHERE +e.account_id = ?1 AND ${VISIBLE}${narrow} ORDER BY iif(e.name = ?4 COLLATE NOCASE, 0, f.place), e.ref_id DESC LIMIT ?3`;
}

/** Words of one or two letters alone are looked for in so many of the newest entries of a kind. */
const NEWEST = 1_000;

/** An FTS5 query for all of the words, or null where none is long enough. Each is a string: nothing in it is an operator. */
export function matchAll(words: readonly string[]): string | null {
	const long = words.filter((word) => [...word].length >= SHORTEST);
	return long.length === 0 ? null : long.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
}
