import type { SliceOutcome } from '../../engine/ports.ts';
import { WorkflowExecution } from '../../engine/workflow/execution.ts';
import type { WorkflowSpec } from '../../engine/workflow/spec.ts';
import type { RunOrder } from '../../operations/runs/ports.ts';
import type { RunReport } from './record.ts';
import type { Work, WorkParts } from './work.ts';

/** A workflow at work in the object. Losing it is safe: everything it knows is in the storage. */
export class WorkflowWork implements Work {
	readonly #execution: WorkflowExecution;

	private constructor(execution: WorkflowExecution) {
		this.#execution = execution;
	}

	static async open(order: RunOrder, spec: WorkflowSpec, { storage, log, environment, clock }: WorkParts): Promise<WorkflowWork> {
		const redact = await environment.redactor(order);
		const execution = new WorkflowExecution(spec, {
			storage,
			connection: (id) => environment.connection(order, id),
			log: (level, message, component) => log.append({ at: clock(), level, component, message: redact(message) }),
			now: clock,
			redact,
			...environment.children(order),
		});
		return new WorkflowWork(execution);
	}

	async slice(): Promise<SliceOutcome> {
		const outcome = await this.#execution.slice();
		const { progress } = this.#execution;
		switch (outcome.state) {
			case 'completed':
				return { state: 'completed', outputs: [] };
			case 'failed':
				return { state: 'failed', failures: outcome.failures, outputs: [] };
			case 'waiting':
				return { state: 'waiting', progress, resumeAt: outcome.resumeAt, because: 'its tasks wait' };
			case 'more':
				return { state: 'more', progress };
		}
	}

	abort(): Promise<number | null> {
		return this.#execution.stop();
	}

	committed(): readonly [] {
		return [];
	}

	report(outcome: SliceOutcome | null): RunReport {
		return {
			progress: outcome?.state === 'completed' ? 1 : this.#execution.progress,
			components: [],
			failures: outcome?.state === 'failed' ? outcome.failures : [],
			outputs: [],
			errorClasses: [],
			tasks: this.#execution.reports(),
			remains: this.#execution.isOver ? this.#execution.remains() : null,
		};
	}
}
