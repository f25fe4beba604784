import type { OperatorContext } from '../operator.ts';
import type { RunOutput } from '../ports.ts';

/** What a sink tells of itself when the run has ended. */
export function outputOf(context: OperatorContext, records: number, target: string | null, rows: RunOutput['rows'] = null, truncated = false): RunOutput {
	const { id, name, type } = context.node.component;
	return { component: id, name, type, records, rows, truncated, target };
}
