import type { auditEvents } from '../../schema/tables/audit-events.ts';
import type { Store } from './store.ts';

export type NewAuditEvent = typeof auditEvents.$inferInsert;

/** Any number of events in one statement with one parameter. */
export async function insertAuditEvents(store: Store, events: readonly NewAuditEvent[]): Promise<void> {
	await store.$client
		.prepare(
			`INSERT INTO audit_events (at, account_id, user_id, grant_id, surface, action, target, outcome, error_code, duration_ms, arguments_digest, request_id,
				http_status, rpc_code, is_error, trace_id)
				SELECT value->>'at', value->>'accountId', value->>'userId', value->>'grantId', value->>'surface', value->>'action', value->>'target',
					value->>'outcome', value->>'errorCode', value->>'durationMs', value->>'argumentsDigest', value->>'requestId',
					value->>'httpStatus', value->>'rpcCode', value->>'isError', value->>'traceId' FROM json_each(?1)`,
		)
		.bind(JSON.stringify(events))
		.run();
}

/** One event, unless the account has one of the same grant and code that is younger than `quiet` milliseconds. */
export async function insertRefusal(store: Store, event: NewAuditEvent & { readonly httpStatus: number }, quiet: number): Promise<void> {
	const { at, accountId, userId, grantId, surface, action, outcome, errorCode, durationMs, requestId, httpStatus } = event;
	await store.$client
		.prepare(
			`INSERT INTO audit_events (at, account_id, user_id, grant_id, surface, action, outcome, error_code, duration_ms, request_id, http_status)
				SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 WHERE NOT EXISTS
				(SELECT 1 FROM audit_events WHERE account_id = ?2 AND at > ?12 AND grant_id = ?4 AND action = ?6 AND error_code = ?8)`,
		)
		.bind(at, accountId, userId, grantId, surface, action, outcome, errorCode, durationMs, requestId, httpStatus, at - quiet)
		.run();
}

/** A row of the index with the names behind its ids, as they are now. */
export interface AuditRow {
	readonly id: number;
	readonly at: number;
	readonly surface: 'mcp' | 'admin';
	readonly action: string;
	readonly target: string | null;
	readonly outcome: 'ok' | 'error' | 'denied';
	readonly error_code: string | null;
	readonly duration_ms: number;
	readonly arguments_digest: string | null;
	readonly request_id: string;
	readonly http_status: number | null;
	readonly rpc_code: number | null;
	readonly is_error: number | null;
	readonly user_id: number | null;
	readonly grant_id: number | null;
	readonly user: string | null;
	readonly grant_name: string | null;
	readonly grant_kind: 'oauth' | 'pat' | 'client' | null;
	readonly client: string | null;
}

export interface AuditFilter {
	readonly action: string | undefined;
	readonly target: string | undefined;
	readonly outcome: AuditRow['outcome'] | undefined;
	readonly user: string | undefined;
	/** Milliseconds, [since, until). */
	readonly since: number | undefined;
	readonly until: number | undefined;
	/** Ids below this. */
	readonly before: number;
}

/** Rows that are looked at for a page, where no index serves the filters. */
const LOOKED_AT = 500;

export interface AuditPage {
	readonly rows: readonly AuditRow[];
	/** The id behind which nothing was looked at; null where everything in the index was. */
	readonly behind: number | null;
}

/** Ids follow time but for what was under way at once. */
const ID_LAG = 600_000;

/**
 * An account's events, newest first. The narrowest index gives a portion (by target, those that did not end well, or all), the other
 * filters are held against it: however many events there are, a page costs one portion.
 */
export async function auditPage({ $client }: Store, accountId: number, filter: AuditFilter, rows: number): Promise<AuditPage> {
	const bound: unknown[] = [accountId, filter.before];
	const parameter = (value: unknown): string => `?${bound.push(value)}`;
	const narrow = [
		filter.target === undefined ? '' : ` AND target = ${parameter(filter.target)}`,
		filter.target === undefined && filter.outcome !== undefined && filter.outcome !== 'ok' ? ` AND outcome <> 'ok'` : '',
		filter.since === undefined
			? ''
			: ` AND id >= coalesce((SELECT id FROM audit_events WHERE account_id = ?1 AND at >= ${parameter(filter.since - ID_LAG)} ORDER BY at, id LIMIT 1), ${Number.MAX_SAFE_INTEGER})`,
		filter.until === undefined
			? ''
			: ` AND id <= coalesce((SELECT id FROM audit_events WHERE account_id = ?1 AND at < ${parameter(filter.until + ID_LAG)} ORDER BY at DESC, id DESC LIMIT 1), 0)`,
	].join('');
	const portion = `SELECT * FROM audit_events WHERE account_id = ?1 AND id < ?2${narrow} ORDER BY id DESC LIMIT ${LOOKED_AT}`;
	const ofPortion = bound.length;
	const held = [
		filter.action === undefined ? '' : ` AND e.action = ${parameter(filter.action)}`,
		filter.outcome === undefined ? '' : ` AND e.outcome = ${parameter(filter.outcome)}`,
		filter.user === undefined ? '' : ` AND e.user_id = (SELECT id FROM users WHERE email = ${parameter(filter.user)})`,
		filter.since === undefined ? '' : ` AND e.at >= ${parameter(filter.since)}`,
		filter.until === undefined ? '' : ` AND e.at < ${parameter(filter.until)}`,
	].join('');
	const columns = `e.id, e.at, e.surface, e.action, e.target, e.outcome, e.error_code, e.duration_ms, e.arguments_digest, e.request_id, e.http_status, e.rpc_code,
		e.is_error, e.user_id, e.grant_id, u.email AS user, g.name AS grant_name, g.kind AS grant_kind, coalesce(c.name, g.client_id) AS client`;
	const statement = `SELECT ${columns} FROM (SELECT * FROM (${portion}) e WHERE true${held} ORDER BY id DESC LIMIT ${parameter(rows)}) e
		LEFT JOIN users u ON u.id = e.user_id LEFT JOIN grants g ON g.id = e.grant_id LEFT JOIN oauth_clients c ON c.id = g.client_id ORDER BY e.id DESC`;
	const { results } = await $client
		.prepare(statement)
		.bind(...bound)
		.all<AuditRow>();
	if (results.length === rows) return { rows: results, behind: null };
	// A page that is not full: how far was looked is only then of interest.
	const reach = await $client
		.prepare(`SELECT count(*) AS looked, min(id) AS reach FROM (${portion})`)
		.bind(...bound.slice(0, ofPortion))
		.first<{ looked: number; reach: number | null }>();
	return { rows: results, behind: (reach?.looked ?? 0) < LOOKED_AT ? null : (reach?.reach ?? null) };
}
