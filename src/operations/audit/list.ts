import { iso } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { AuditEventView } from '../../model/views/audit.ts';
import { type AuditFilter, type AuditRow, auditPage } from '../../store/audit.ts';
import { type AuditEventRow, batchesBelow } from '../../store/audit-batches.ts';
import { grantNames, userEmails } from '../../store/audit-names.ts';
import type { OperationContext } from '../context.ts';
import { cursorFor, type PageRequest, pagePosition } from '../page.ts';
import { archivedLines } from '../runs/archived-lines.ts';
import { type TimeWindow, windowOf } from '../runs/window.ts';

export interface ListAuditInput extends PageRequest, TimeWindow {
	readonly tool?: string | undefined;
	/** `package:12` */
	readonly target?: string | undefined;
	readonly outcome?: AuditRow['outcome'] | undefined;
	/** Address of a member. */
	readonly user?: string | undefined;
}

const PAGE = { list: 'audit-events', normal: 50, most: 200 };
/** Batches that one call reads; a rare event further back is found by going on. */
const BATCHES_A_CALL = 4;

/** Who did what through which grant and client, and how it ended; newest first, 50 a page (most 200). Old events come from R2, on the same pages. */
export async function listAuditEvents(
	context: OperationContext,
	principal: Principal,
	input: ListAuditInput,
): Promise<{ events: AuditEventView[]; next_cursor: string | null }> {
	const { limit, from } = pagePosition(input, PAGE);
	const { tool: action, target, outcome, user } = input;
	const filter: AuditFilter = { action, target, outcome, user, ...windowOf(input, context.clock()), before: from ?? Number.MAX_SAFE_INTEGER };
	const accountId = principal.account.id;
	const { rows, behind } = await auditPage(context.store, accountId, filter, limit + 1);
	const last = rows[limit - 1];
	if (rows.length > limit && last !== undefined) return { events: rows.slice(0, limit).map(view), next_cursor: cursorFor(PAGE.list, last.id) };
	if (behind !== null) return { events: rows.map(view), next_cursor: cursorFor(PAGE.list, behind) };
	const old = await archivedEvents(context, accountId, { ...filter, before: Math.min(filter.before, rows.at(-1)?.id ?? filter.before) }, limit - rows.length);
	return { events: [...rows, ...old.rows].map(view), next_cursor: old.behind === null ? null : cursorFor(PAGE.list, old.behind) };
}

/** Events of the batches below an id, newest first, at most `wanted`. */
async function archivedEvents(
	context: OperationContext,
	accountId: number,
	filter: AuditFilter,
	wanted: number,
): Promise<{ readonly rows: readonly AuditRow[]; readonly behind: number | null }> {
	const batches = await batchesBelow(context.store, accountId, filter.before, BATCHES_A_CALL + 1);
	const [user] = filter.user === undefined ? [] : await userEmails(context.store, { emails: [filter.user] });
	const fits = (event: AuditEventRow) => holds(event, filter, user?.id ?? null);
	const found: AuditEventRow[] = [];
	for (const [i, batch] of batches.entries()) {
		if (filter.since !== undefined && batch.lastAt < filter.since) break;
		if (i === BATCHES_A_CALL) return { rows: await named(context, found), behind: batches[i - 1]?.firstId ?? null };
		const events: AuditEventRow[] = [];
		for await (const { text } of archivedLines(context, batch.key, { line: 0, byte: 0 })) events.push(JSON.parse(text) as AuditEventRow);
		for (const event of events.reverse()) {
			if (event.id >= filter.before || !fits(event)) continue;
			if (found.length === wanted) return { rows: await named(context, found), behind: found.at(-1)?.id ?? event.id + 1 };
			found.push(event);
		}
	}
	return { rows: await named(context, found), behind: null };
}

function holds(event: AuditEventRow, filter: AuditFilter, userId: number | null): boolean {
	return (
		(filter.action === undefined || event.action === filter.action) &&
		(filter.target === undefined || event.target === filter.target) &&
		(filter.outcome === undefined || event.outcome === filter.outcome) &&
		(filter.user === undefined || (userId !== null && event.userId === userId)) &&
		(filter.since === undefined || event.at >= filter.since) &&
		(filter.until === undefined || event.at < filter.until)
	);
}

async function named(context: OperationContext, events: readonly AuditEventRow[]): Promise<AuditRow[]> {
	const ids = (of: (event: AuditEventRow) => number | null) => [...new Set(events.map(of).filter((id) => id !== null))];
	const users = new Map((await userEmails(context.store, { ids: ids(({ userId }) => userId) })).map(({ id, email }) => [id, email]));
	const grants = new Map(
		(
			await grantNames(
				context.store,
				ids(({ grantId }) => grantId),
			)
		).map((grant) => [grant.id, grant]),
	);
	return events.map((event) => {
		const grant = event.grantId === null ? undefined : grants.get(event.grantId);
		return {
			id: event.id,
			at: event.at,
			surface: event.surface,
			action: event.action,
			target: event.target,
			outcome: event.outcome,
			error_code: event.errorCode,
			duration_ms: event.durationMs,
			arguments_digest: event.argumentsDigest,
			request_id: event.requestId,
			http_status: event.httpStatus ?? null,
			rpc_code: event.rpcCode ?? null,
			is_error: event.isError === null || event.isError === undefined ? null : Number(event.isError),
			user_id: event.userId,
			grant_id: event.grantId,
			user: (event.userId === null ? undefined : users.get(event.userId)) ?? null,
			grant_name: grant?.name ?? null,
			grant_kind: grant?.kind ?? null,
			client: grant?.client ?? null,
		};
	});
}

function view({ at, action, user_id: _, grant_name, is_error, ...row }: AuditRow): AuditEventView {
	return { ...row, at: iso(at), tool: action, grant: grant_name, is_error: is_error === null ? null : is_error === 1 };
}
