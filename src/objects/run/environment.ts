import type { OpenConnection } from '../../connectors/connector.ts';
import type { RunPorts } from '../../engine/ports.ts';
import { describeFault, logger } from '../../lib/log.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import { openConnection } from '../../operations/connections/open.ts';
import type { OperationContext } from '../../operations/context.ts';
import { childRuns } from '../../operations/runs/children.ts';
import { runJournal } from '../../operations/runs/journal.ts';
import type { ClusterHandle, RunJournal, RunOrder } from '../../operations/runs/ports.ts';
import { runSecrets } from '../../operations/runs/secrets.ts';
import { objectOperations } from '../operations.ts';
import { openCode } from './code.ts';
import type { SealedOrder } from './record.ts';

/** What a run reaches outside of its object. */
export interface RunEnvironment {
	readonly journal: RunJournal;
	cluster(clusterId: number): ClusterHandle;
	/** The runs that a workflow starts. */
	children(order: RunOrder): ReturnType<typeof childRuns>;
	/** Tells the workflow that started a run; one that is not reached looks by itself. */
	tellParent(order: RunOrder): Promise<void>;
	/** Opened once and kept; `close` lets go of all. */
	connection(order: RunOrder, id: number): Promise<OpenConnection>;
	/** An order as it is kept; null for one that may be kept as it is. */
	seal(order: RunOrder): Promise<SealedOrder | null>;
	/** Null where the key it was sealed with is gone: nothing can be done for that run any more. */
	unseal(sealed: SealedOrder): Promise<RunOrder | null>;
	/** Blanks every secret that the run could show. */
	redactor(order: RunOrder): Promise<Redact>;
	keepBadRecords(order: RunOrder, part: number, ndjson: string): Promise<void>;
	/** Gives the key. */
	archiveLog(order: RunOrder, ndjson: string): Promise<string>;
	openCode: NonNullable<RunPorts['openCode']>;
	/** Tells whoever listens to the account that the run has something new; gives how many heard it. */
	announce(order: RunOrder): Promise<number>;
	/** Gives up what outside systems are asked for and may be asked for again: the run is to stop. */
	interrupt(): void;
	close(): Promise<void>;
}

export function runEnvironment(env: Env): RunEnvironment {
	const context: OperationContext = objectOperations(env, logger({ object: 'run' }));
	const open = new Map<number, Promise<OpenConnection>>();
	const ndjson = { httpMetadata: { contentType: 'application/x-ndjson' } };
	return {
		journal: runJournal(context),
		cluster: context.clusters,
		children: (order) => childRuns(context, order),
		async tellParent({ parent }) {
			if (parent === undefined) return;
			await context
				.runs(parent.runId)
				.wake()
				.catch((error: unknown) => context.log.warn('a workflow was not told of its child', { run: parent.runId, error: describeFault(error) }));
		},
		connection({ spec }, id) {
			const known = open.get(id);
			if (known !== undefined) return known;
			const opening = openConnection(context, spec.accountId, id).then(({ connection }) => connection);
			open.set(id, opening);
			// A failed attempt is not remembered: the next one may succeed.
			opening.catch(() => open.delete(id));
			return opening;
		},
		async seal(order) {
			if (order.secret !== true) return null;
			const { accountId } = order.spec;
			return { accountId, text: await context.sealer.seal({ kind: 'run_order', accountId }, JSON.stringify(order)) };
		},
		async unseal({ accountId, text }) {
			try {
				return JSON.parse((await context.sealer.open({ kind: 'run_order', accountId }, text)).reveal()) as RunOrder;
			} catch (error) {
				context.log.error('the order of a run could not be opened', { account: accountId, error: describeFault(error) });
				return null;
			}
		},
		redactor: async ({ spec }) => redactor(await runSecrets(context, spec.accountId, spec.runId)),
		async keepBadRecords({ spec }, part, text) {
			await context.archive.put(`accounts/${spec.accountId}/bad-records/${spec.runId}/${String(part).padStart(6, '0')}.ndjson`, text, ndjson);
		},
		async archiveLog({ spec }, text) {
			const key = `accounts/${spec.accountId}/logs/${spec.runId}.ndjson`;
			await context.archive.put(key, text, ndjson);
			return key;
		},
		openCode: (code) => openCode(env, code),
		announce: ({ spec }) => context.notices(spec.accountId).announce({ run: spec.runId }),
		interrupt() {
			const stop = (connection: OpenConnection) => connection.interrupt();
			// One that could not be opened has nothing under way.
			for (const each of open.values()) each.then(stop, () => undefined);
		},
		async close() {
			const opened = [...open.values()];
			open.clear();
			for (const each of await Promise.allSettled(opened)) if (each.status === 'fulfilled') await each.value.close().catch(() => {});
		},
	};
}
