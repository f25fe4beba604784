import { DAY, HOUR, MINUTE } from '../../lib/time.ts';
import { deleteExpiredChats } from '../../store/chats.ts';
import { deleteFleetingClusters } from '../../store/clusters.ts';
import { deleteOldDeliveries } from '../../store/hooks.ts';
import { deleteExpiredKeys, deleteExpiredTokens, deleteOldHours, forgetRemains, oldRemains } from '../../store/retention.ts';
import { neglectedAccounts } from '../../store/schedule-turns.ts';
import { forgetAnswers } from '../answers/keep.ts';
import { archiveAudit, forgetAudit } from '../audit/archive.ts';
import type { OperationContext } from '../context.ts';
import { indexTargets } from '../packages/index-targets.ts';
import { badRecordsPrefix, payloadKey, workflowKey } from '../runs/archive-keys.ts';
import { told } from '../schedules/look.ts';
import { type LooksReport, lookAtRuns } from './look-at-runs.ts';
import { untilNone } from './rounds.ts';

/** The rules are told in schema/README.md. */
const KEPT = {
	auditIndex: 90 * DAY,
	auditBatches: 730 * DAY,
	expiredTokens: 30 * DAY,
	runRemains: 90 * DAY,
	answers: DAY,
	sums: 400 * DAY,
	hookDeliveries: 30 * DAY,
	fleetingClusters: 90 * DAY,
} as const;
/** An alarm is good to the second; a schedule that is so late lost it. */
const LATE = MINUTE;
/** R2's own bound. */
const KEYS_A_DELETE = 1_000;

export interface SweepReport extends LooksReport {
	/** Moved to R2. */
	readonly auditEvents: number;
	readonly auditBatches: number;
	readonly answers: number;
	readonly sums: number;
	readonly tokens: number;
	readonly idempotencyKeys: number;
	readonly chats: number;
	readonly runsForgotten: number;
	readonly packagesIndexed: number;
	/** Accounts whose schedules were late. */
	readonly schedulesWoken: number;
	readonly hookDeliveries: number;
	readonly clusters: number;
}

/** What has outlived its rule goes, and runs that got stuck are taken up. Called on a schedule; may be repeated at any time. */
export async function sweep(context: OperationContext): Promise<SweepReport> {
	const now = context.clock();
	return {
		auditEvents: await untilNone(() => archiveAudit(context, now - KEPT.auditIndex)),
		auditBatches: await untilNone(() => forgetAudit(context, now - KEPT.auditBatches)),
		answers: await forgetAnswers(context, now - KEPT.answers),
		sums: await untilNone(() => deleteOldHours(context.store, Math.floor((now - KEPT.sums) / HOUR))),
		tokens: await untilNone(() => deleteExpiredTokens(context.store, now - KEPT.expiredTokens, now)),
		idempotencyKeys: await untilNone(() => deleteExpiredKeys(context.store, now)),
		chats: await untilNone(() => deleteExpiredChats(context.store, now)),
		runsForgotten: await untilNone(() => forgetOldRuns(context, now - KEPT.runRemains)),
		packagesIndexed: await untilNone(() => indexTargets(context)),
		...(await lookAtRuns(context)),
		schedulesWoken: await wakeSchedules(context, now - LATE),
		clusters: await untilNone(() => deleteFleetingClusters(context.store, now - KEPT.fleetingClusters)),
		hookDeliveries: await untilNone(() => deleteOldDeliveries(context.store, now - KEPT.hookDeliveries)),
	};
}

/** Objects first: a sweep that is cut off finds the keys again. */
async function forgetOldRuns({ store, archive }: OperationContext, before: number): Promise<number> {
	const { runs, keys } = await oldRemains(store, before);
	if (runs.length === 0) return 0;
	for (let from = 0; from < keys.length; from += KEYS_A_DELETE) await archive.delete(keys.slice(from, from + KEYS_A_DELETE));
	await archive.delete(runs.flatMap((run) => [workflowKey(run.accountId, run.id), payloadKey(run.accountId, run.id)]));
	for (const run of runs) await deleteBelow(archive, badRecordsPrefix(run.accountId, run.id));
	await forgetRemains(
		store,
		runs.map((run) => run.id),
	);
	return runs.length;
}

async function deleteBelow(archive: R2Bucket, prefix: string): Promise<void> {
	for (;;) {
		const { objects } = await archive.list({ prefix, limit: KEYS_A_DELETE });
		if (objects.length === 0) return;
		await archive.delete(objects.map((object) => object.key));
	}
}

/** An object that lost its alarm, or was never told, finds in the index what is due. */
async function wakeSchedules(context: OperationContext, before: number): Promise<number> {
	const accounts = await neglectedAccounts(context.store, before);
	for (const account of accounts) await told(context, account);
	return accounts.length;
}
