import { safeParse } from 'zod';
import type { AnyTool } from '../../src/mcp/tool.ts';
import { TOOLS } from '../../src/mcp/tools/index.ts';

export { TOOLS };

/** Values for the required arguments that are no ids: enough for every tool to get past its own checks. */
const SAMPLES: Readonly<Record<string, unknown>> = {
	name: 'sample',
	flow_type: 'dataflow',
	table: 'sample',
	component_type: 'select_component',
	components: [
		{ payload_source_component: { id: 'in', name: 'in', fields: [{ name: 'a', type: 'string' }] } },
		{ result_destination_component: { id: 'out', name: 'out' } },
	],
	edges: [{ source: 'in', target: 'out' }],
	component_names: ['in'],
	version: 1,
	query: 'canary',
	template: 'file_to_table',
	pattern: '.',
	item: 'log',
	id: 'component:select_component',
	handle: '2026-01-01.0123456789abcdef',
	member: 'nobody@example.com',
	path: 'sample.csv',
	cron: '0 0 1 1 *',
	enabled: true,
	updates: [{ component_name: 'in', updates: { notes: 'sample' } }],
};

export type Ids = Readonly<Record<string, number>>;

/** What the tool is called with: the given ids wherever it takes one; for whatever else it must have, an id of one's own or a sample. */
export function argumentsFor(tool: AnyTool, given: Ids, own: Ids): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(tool.input.shape).flatMap(([name, schema]) => {
			if (name in given) return [[name, given[name]]];
			const required = !safeParse(schema, undefined).success;
			return required ? [[name, own[name] ?? SAMPLES[name]]] : [];
		}),
	);
}
