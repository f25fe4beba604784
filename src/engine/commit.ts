import { AppError } from '../lib/errors.ts';
import { failureOf } from './failure.ts';
import { attributed, NodeError, type RunScope } from './node-runtime.ts';
import type { Runtime } from './runtime.ts';

/** Sinks that are done with, by node: a restart does not begin with them again. */
export type Ending = Readonly<Record<string, 'committed' | 'aborted'>>;

/** Whether what destinations ask for still holds, now that all rows are there. Throws the `NodeError` of the first that does not. */
export async function checkSinks(runtime: Runtime): Promise<void> {
	for (const { node, sink } of runtime.sinks()) await attributed(node, async () => sink.check?.());
}

/** Makes every destination visible. Each commit is recorded, and one that is repeated changes nothing. */
export async function commitSinks(runtime: Runtime, ended: Ending, record: (ended: Ending) => void): Promise<void> {
	let done = ended;
	for (const { node, sink } of runtime.sinks()) {
		if (done[node.node.id] !== undefined) continue;
		await attributed(node, () => sink.commit());
		done = { ...done, [node.node.id]: 'committed' };
		record(done);
	}
}

/**
 * Ends a run that failed: sinks fed by failed and rejected rows are committed where `keep` says so, all others leave their
 * destinations as they were. What goes wrong here is logged and does not hide why the run failed; `patient`: a passing
 * fault is thrown instead, so that it is tried again.
 */
export async function endFailed(runtime: Runtime, scope: RunScope, ended: Ending, how: { readonly keep: boolean; readonly patient: boolean }): Promise<Ending> {
	let done = ended;
	for (const { node, sink } of runtime.sinks()) {
		const { id, component } = node.node;
		if (done[id] !== undefined) continue;
		const committed = how.keep && node.graph.keptOnFailure && node.finished;
		try {
			if (committed) await sink.commit();
			const stays = committed || (await sink.abort());
			done = { ...done, [id]: stays ? 'committed' : 'aborted' };
		} catch (error) {
			if (how.patient && error instanceof AppError && error.retryable) throw new NodeError(node, error);
			const { message } = failureOf(node.node, error);
			scope.ports.log('warn', scope.ports.redact(`Could not ${committed ? 'keep' : 'clean up'} what "${component.name}" wrote: ${message}`), component.name);
			done = { ...done, [id]: 'aborted' };
		}
	}
	return done;
}
