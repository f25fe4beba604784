import { AppError } from '../lib/errors.ts';
import type { PlanNode } from '../plan/plan.ts';
import type { ComponentFailure } from './ports.ts';

/** Longest sample that a failure or an error list shows. */
const SAMPLE_CHARACTERS = 2048;

/** The run cannot go on: which component, which row and why. Ends the slice; the driver turns the run to failing. */
export class RunFailed extends Error {
	override readonly name = 'RunFailed';
	readonly failure: ComponentFailure;

	constructor(failure: ComponentFailure) {
		super(failure.message);
		this.failure = failure;
	}
}

/** Where in a component's input something failed; all null where no row is to blame. */
export interface FailurePlace {
	readonly row?: number | null;
	readonly field?: string | null;
	/** The row as JSON text. */
	readonly sample?: string | null;
}

export function componentFailure(node: PlanNode, errorClass: string, message: string, hint: string, place: FailurePlace = {}): ComponentFailure {
	const { id, name, type } = node.component;
	const sample = place.sample ?? null;
	return {
		component: id,
		name,
		type,
		class: errorClass,
		message,
		hint,
		row: place.row ?? null,
		field: place.field ?? null,
		sample: sample === null || sample.length <= SAMPLE_CHARACTERS ? sample : `${sample.slice(0, SAMPLE_CHARACTERS)}…`,
	};
}

/** An exception that came out of a component's work, as a failure of that component. */
export function failureOf(node: PlanNode, error: unknown): ComponentFailure {
	if (error instanceof RunFailed) return error.failure;
	if (error instanceof AppError) {
		const column = error.details?.['column'];
		return componentFailure(node, error.code, error.message, error.hint, { field: typeof column === 'string' ? column : null });
	}
	return componentFailure(
		node,
		'internal',
		`"${node.component.name}" stopped on a fault of the gateway's own (${error instanceof Error ? error.name : typeof error})`,
		'Run it again; if it fails in the same way, report it with the run id.',
	);
}

/** Whether an exception says what happened in words meant for people; others are faults of our own and belong into a log. */
export function isForeseen(error: unknown): boolean {
	return error instanceof RunFailed || error instanceof AppError;
}
