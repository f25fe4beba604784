import type { searchEntries } from '../../schema/tables/search-entries.ts';
import type { Store } from './store.ts';

export type SearchKind = (typeof searchEntries.$inferSelect)['kind'];

export interface SearchHit {
	readonly type: SearchKind;
	readonly id: number;
	readonly name: string;
	readonly text: string;
}

/** A trigram index knows no shorter words. */
const SHORTEST = 3;
const TEXT_SHOWN = 160;

/** A package that permissions hide from member ?3 is not found, nor are its runs and schedules; a connection without its credentials is not there yet. */
const VISIBLE = `NOT (e.kind = 'connection' AND EXISTS (SELECT 1 FROM connections c WHERE c.id = e.ref_id AND c.status = 'creating'))
	AND NOT EXISTS (SELECT 1 FROM package_permissions p WHERE p.user_id = ?3 AND p.can_read = 0
		AND p.package_id = CASE e.kind WHEN 'package' THEN e.ref_id WHEN 'run' THEN (SELECT r.package_id FROM runs r WHERE r.id = e.ref_id)
			WHEN 'schedule' THEN (SELECT s.package_id FROM schedules s WHERE s.id = e.ref_id) END)`;

/** Most `rows` of each kind, best first, that hold every one of `words`, in any case. `viewer`: a member whom permissions narrow, or null. */
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
	const narrow = short.map((_, index) => ` AND instr(lower(e.name || ' ' || e.body), lower(?${index + 5})) > 0`).join('');
	const columns = `e.kind AS type, e.ref_id AS id, e.name, substr(e.body, 1, ${TEXT_SHOWN}) AS text`;
	const where = `e.account_id = ?1 AND e.kind = ?2 AND ${VISIBLE}${narrow}`;
	const statement =
		long.length === 0
			? `SELECT ${columns} FROM search_entries e WHERE ${where} ORDER BY e.ref_id DESC LIMIT ?4`
			: `SELECT ${columns} FROM search_index JOIN search_entries e ON e.id = search_index.rowid
				WHERE search_index MATCH ?${short.length + 5} AND ${where} ORDER BY bm25(search_index, 4.0, 1.0), e.ref_id DESC LIMIT ?4`;
	const bound = [...short, ...(long.length === 0 ? [] : [long.map(quoted).join(' AND ')])];
	const found = await $client.batch<SearchHit>(kinds.map((kind) => $client.prepare(statement).bind(accountId, kind, viewer, rows, ...bound)));
	return found.flatMap(({ results }) => results);
}

/** An FTS5 string: nothing in it is an operator. */
function quoted(word: string): string {
	return `"${word.replaceAll('"', '""')}"`;
}
