import type { Principal } from '../../model/principal.ts';
import { insertAuditEvents, type NewAuditEvent } from '../../store/audit.ts';
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
	/** The trace its caller is in; null where none was told. */
	readonly traceId?: string | null;
	/** Of the response; null where it is not known. */
	readonly httpStatus?: number | null;
	/** Of the JSON-RPC error, where the answer was one. */
	readonly rpcCode?: number | null;
	/** What the tool's result said of itself; null where there was none. */
	readonly isError?: boolean | null;
}

export interface AdminUseRecord extends AuditRecord {
	readonly action: string;
	readonly accountId: number | null;
}

export interface PageUseRecord extends AdminUseRecord {
	readonly userId: number;
}

type AuditContext = Pick<OperationContext, 'store' | 'clock' | 'log' | 'waitUntil'>;

/** One row a call, after the answer; a failure to write it is logged and does not touch the answer. */
export function recordToolCall(context: AuditContext, principal: Principal, record: ToolCallRecord): void {
	const { tool, ...rest } = record;
	write(context, { ...rest, surface: 'mcp', action: tool, accountId: principal.account.id, userId: principal.user.id, grantId: principal.grant.id });
}

/** Every use of the administration API, refused ones too. */
export function recordAdminUse(context: AuditContext, record: AdminUseRecord): void {
	write(context, { ...record, surface: 'admin' });
}

/** Every change that a member makes on the pages of an account: tokens, clients, connections, hooks, members. */
export function recordPageUse(context: AuditContext, record: PageUseRecord): void {
	write(context, { ...record, surface: 'admin' });
}

/** Events of this isolate that wait for an insert. What is lost with the isolate is what any unfinished `waitUntil` loses. */
const waiting: NewAuditEvent[] = [];
/** The drain under way, and when it last began an insert. */
let draining: { since: number } | null = null;

const MOST_AT_ONCE = 200;
/** Between two inserts where calls come one upon the other: at 600 calls a second fifteen go along. */
const GATHER_MS = 25;
/** Work after an answer ends with it after 30 seconds: the request that drains hands it over long before. */
const LONGEST_DRAIN_MS = 5_000;
/** A drain that takes longer has died with its request. */
const DRAIN_DIED_MS = 10_000;

/**
 * One insert in flight an isolate: what other requests have to record meanwhile goes along with the next one. Under load an
 * insert for each call would cost as much as the call (measured: 46 against 161 calls a second).
 */
function write(context: AuditContext, event: Omit<NewAuditEvent, 'at'>): void {
	const now = context.clock();
	waiting.push({ ...event, at: now, durationMs: Math.round(event.durationMs) });
	if (draining !== null && now - draining.since < DRAIN_DIED_MS) return;
	draining = { since: now };
	context.waitUntil(drain(context, draining, now + LONGEST_DRAIN_MS));
}

async function drain(context: AuditContext, mine: { since: number }, until: number): Promise<void> {
	while (waiting.length > 0) {
		mine.since = context.clock();
		const handsOver = mine.since >= until;
		// Whoever records next begins a drain of its own; what is waiting now is still written here.
		if (handsOver && draining === mine) draining = null;
		await insert(context, waiting.splice(0, handsOver ? waiting.length : MOST_AT_ONCE));
		if (handsOver) return;
		if (waiting.length > 0 && waiting.length < MOST_AT_ONCE) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
	}
	if (draining === mine) draining = null;
}

async function insert({ store, log }: AuditContext, events: readonly NewAuditEvent[]): Promise<void> {
	await insertAuditEvents(store, events).catch((error: unknown) => {
		const lost = events.map(({ action, requestId }) => `${action} ${requestId}`);
		log.error('audit events could not be written', { lost, error: reasonOf(error) });
	});
}
