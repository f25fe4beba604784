import type { Principal } from '../../model/principal.ts';
import { insertAuditEvent, type NewAuditEvent } from '../../store/audit.ts';
import { reasonOf } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';

export type AuditOutcome = 'ok' | 'error' | 'denied';

/** What every record says, whichever surface it came through. */
interface AuditRecord {
	/** What it was about, e.g. `package:12`; null where nothing. */
	readonly target: string | null;
	readonly outcome: AuditOutcome;
	/** AppError code or `internal`; null when ok. */
	readonly errorCode: string | null;
	readonly durationMs: number;
	readonly requestId: string;
}

export interface ToolCallRecord extends AuditRecord {
	readonly tool: string;
	/** SHA-256 of the canonical arguments; never the arguments. */
	readonly argumentsDigest: string;
}

export interface AdminUseRecord extends AuditRecord {
	readonly action: string;
	readonly accountId: number | null;
}

type AuditContext = Pick<OperationContext, 'store' | 'clock' | 'log' | 'waitUntil'>;

/** One row a call, after the answer (`waitUntil`); a failure to write it is logged and does not touch the answer. */
export function recordToolCall(context: AuditContext, principal: Principal, record: ToolCallRecord): void {
	const { tool, ...rest } = record;
	write(context, { ...rest, surface: 'mcp', action: tool, accountId: principal.account.id, userId: principal.user.id, grantId: principal.grant.id });
}

/** Every use of the administration API, refused ones too. */
export function recordAdminUse(context: AuditContext, record: AdminUseRecord): void {
	write(context, { ...record, surface: 'admin' });
}

function write(context: AuditContext, event: Omit<NewAuditEvent, 'at'>): void {
	const row = { ...event, at: context.clock(), durationMs: Math.round(event.durationMs) };
	context.waitUntil(
		insertAuditEvent(context.store, row).catch((error: unknown) => {
			context.log.error('an audit event could not be written', { action: row.action, requestId: row.requestId, error: reasonOf(error) });
		}),
	);
}
