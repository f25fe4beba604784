import { type AuditBatchRow, type AuditEventRow, expiredBatches, forgetBatches, moveEvents, oldestEvents } from '../../store/audit-batches.ts';
import type { OperationContext } from '../context.ts';

/** Events that leave the index at once: what the sweep holds in memory, and what one statement deletes. */
const EVENTS_A_ROUND = 2_000;
/** D1 binds 100 parameters. */
const BATCHES_A_ROUND = 90;

type AuditArchive = Pick<OperationContext, 'store' | 'archive'>;

/**
 * Moves events from before a moment out of the index, into one object in R2 for each account. The key is that of the first event: cut
 * off before the index knows, the next sweep writes the same object again. Gives how many events moved.
 */
export async function archiveAudit({ store, archive }: AuditArchive, before: number): Promise<number> {
	const events = await oldestEvents(store, before, EVENTS_A_ROUND);
	if (events.length === 0) return 0;
	const byAccount = Map.groupBy(events, (event) => event.accountId ?? 0);
	const batches = await Promise.all([...byAccount].map(([accountId, own]) => writeBatch(archive, accountId, own)));
	await moveEvents(
		store,
		batches,
		events.map(({ id }) => id),
	);
	return events.length;
}

async function writeBatch(archive: R2Bucket, accountId: number, events: readonly AuditEventRow[]): Promise<AuditBatchRow> {
	const ordered = events.toSorted((a, b) => a.id - b.id);
	const ids = ordered.map(({ id }) => id);
	const times = events.map(({ at }) => at);
	const firstId = Math.min(...ids);
	const key = `audit/${accountId}/${String(firstId).padStart(16, '0')}.ndjson`;
	await archive.put(key, ordered.map((event) => `${JSON.stringify(event)}\n`).join(''), { httpMetadata: { contentType: 'application/x-ndjson' } });
	return { accountId, firstId, lastId: Math.max(...ids), firstAt: Math.min(...times), lastAt: Math.max(...times), events: events.length, key };
}

/** Removes batches whose last event is from before a moment: objects first, so that a sweep that is cut off finds them again. */
export async function forgetAudit({ store, archive }: AuditArchive, before: number): Promise<number> {
	const old = await expiredBatches(store, before, BATCHES_A_ROUND);
	if (old.length === 0) return 0;
	const keys = old.map(({ key }) => key);
	await archive.delete(keys);
	await forgetBatches(store, keys);
	return old.length;
}
