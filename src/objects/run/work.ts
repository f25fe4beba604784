import { useKernel } from '../../data/kernel/kernel.ts';
import { type Execution, openExecution } from '../../engine/execution.ts';
import type { ComponentFailure, RunOutput, RunPorts, RunSpec, RunStorage, SliceBudget, SliceOutcome } from '../../engine/ports.ts';
import { isWorkflow, settingsOf } from '../../engine/run-spec.ts';
import { AppError } from '../../lib/errors.ts';
import type { Clock } from '../../lib/time.ts';
import type { RunOrder } from '../../operations/runs/ports.ts';
import type { RunEnvironment } from './environment.ts';
import type { RunLog } from './log.ts';
import type { RunReport } from './record.ts';
import { WorkflowWork } from './workflow-work.ts';

/** One or two seconds of work, or some of waiting for a slow system: what a crash costs. */
const SLICE: SliceBudget = { bytes: 32 * 1024 * 1024, batches: 8192, cells: 128_000_000, milliseconds: 5_000 };

export interface WorkParts {
	readonly storage: RunStorage;
	readonly log: RunLog;
	readonly environment: RunEnvironment;
	readonly clock: Clock;
	/** Whether the run was asked to stop while a slice is at work. */
	readonly halted: () => boolean;
}

/** What a run does in its object, a slice at a time. */
export interface Work {
	slice(): Promise<SliceOutcome>;
	/** Leaves everything as it was. Gives when to ask again where that takes time; null once it is done. */
	abort(): Promise<number | null>;
	/** Destinations that had their commit before an abort: they keep what was written. */
	committed(): readonly RunOutput[];
	report(outcome: SliceOutcome | null): RunReport;
}

export async function openWork(order: RunOrder, parts: WorkParts): Promise<Work> {
	const { spec } = order;
	const { default: kernel } = await import('../../data/kernel/kernel.wasm');
	useKernel(kernel);
	return isWorkflow(spec) ? WorkflowWork.open(order, spec, parts) : RunWork.open(order, spec, parts);
}

/** The engine at work in the object. Losing it is safe: everything it knows is in the storage as of the last checkpoint. */
class RunWork implements Work {
	readonly #execution: Execution;
	readonly #budget: SliceBudget;

	private constructor(execution: Execution, halted: () => boolean) {
		this.#execution = execution;
		this.#budget = { ...SLICE, halted };
	}

	static async open(order: RunOrder, spec: RunSpec, { storage, log, environment, clock, halted }: WorkParts): Promise<RunWork> {
		const redact = await environment.redactor(order);
		const ports: RunPorts = {
			storage,
			connection: (id) => environment.connection(order, id),
			log: (level, message, component) => log.append({ at: clock(), level, component, message: redact(message) }),
			now: clock,
			redact,
			keepBadRecords: (part, ndjson) => environment.keepBadRecords(order, part, ndjson),
			breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
			openCode: environment.openCode,
		};
		return new RunWork(openExecution(spec, ports), halted);
	}

	slice(): Promise<SliceOutcome> {
		return this.#execution.slice(this.#budget);
	}

	async abort(): Promise<null> {
		await this.#execution.abort();
		return null;
	}

	committed(): readonly RunOutput[] {
		return this.#execution.committed();
	}

	report(outcome: SliceOutcome | null): RunReport {
		const ended = outcome !== null && (outcome.state === 'completed' || outcome.state === 'failed');
		return {
			progress: outcome === null ? 0 : outcome.state === 'completed' ? 1 : outcome.state === 'failed' ? 0 : outcome.progress,
			components: this.#execution.progress(),
			failures: outcome?.state === 'failed' ? outcome.failures : [],
			outputs: ended ? outcome.outputs : [],
			errorClasses: this.#execution.errorClasses(),
			tasks: null,
			remains: null,
		};
	}
}

/** How a run that ran out of time failed. */
export function timedOut(order: RunOrder): ComponentFailure {
	const minutes = settingsOf(order.spec).timeoutMinutes;
	return ofRun(
		order,
		'timeout',
		`the run took longer than ${minutes} minutes and was ended`,
		isWorkflow(order.spec)
			? 'Raise timeout_minutes in the package settings, or split the workflow.'
			: 'Raise timeout_minutes in the package settings, or read less.',
	);
}

/** How a run failed that broke again and again for no reason of its own. */
export function gaveUp(order: RunOrder, error: unknown): ComponentFailure {
	const again = 'Run it again; if it fails in the same way, report it with the run id.';
	if (error instanceof AppError) return ofRun(order, error.code, `the run could not go on: ${error.message}`, error.hint || again);
	return ofRun(order, 'unavailable', 'the run could not go on: a fault of the gateway', again);
}

function ofRun(order: RunOrder, errorClass: string, message: string, hint: string): ComponentFailure {
	return { component: 'run', name: order.packageName, type: 'run', class: errorClass, message, hint, row: null, field: null, sample: null };
}
