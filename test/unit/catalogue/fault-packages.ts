import type { FaultCode } from '../../../src/plan/fault.ts';

export const SOURCE = {
	payload_source_component: { id: 's', name: 'rows', fields: [{ name: 'id', type: 'integer' }, { name: 'city' }, { name: 'day', type: 'date' }] },
};
export const RESULT = { result_destination_component: { id: 'r', name: 'result' } };
export const through = (...steps: Record<string, unknown>[]) => {
	const ids = ['s', ...steps.map((step) => (Object.values(step)[0] as { id: string }).id), 'r'];
	return { components: [SOURCE, ...steps, RESULT], edges: ids.slice(1).map((target, i) => ({ source: ids[i], target })) };
};
export const select = (columns: unknown, more = {}) => ({ select_component: { id: 'x', name: 'select', columns, ...more } });

/** What provokes a fault, and how it is told. */
export type FaultCase = readonly [title: string, code: FaultCode, definition: unknown, path: string, message: RegExp, hint: RegExp];
