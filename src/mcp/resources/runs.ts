import { runIds } from '../completion/suggest.ts';
import type { ResourceKind } from './resource.ts';
import { idIn } from './uri.ts';

/** As many lines as get_run gives. */
const LOG_LINES = 200;

const named = (lines: number) => (variables: Readonly<Record<string, string>>) => {
	const run_id = idIn(variables['run_id']);
	return run_id === null ? null : { run_id, log_tail_lines: lines };
};

export const runResource: ResourceKind = {
	uriTemplate: 'headgate://runs/{run_id}',
	name: 'run',
	title: 'Run',
	description: 'A run at this moment: status, rows per component, outputs with the rows of a result destination, errors.',
	mimeType: 'application/json',
	tool: 'get_run',
	call: named(0),
	text: ({ log_tail: _, ...answer }) => JSON.stringify(answer),
	complete: { run_id: runIds },
};

export const logResource: ResourceKind = {
	uriTemplate: 'headgate://runs/{run_id}/log',
	name: 'run_log',
	title: 'Log of a run',
	description: `The last ${LOG_LINES} lines of a run's log, secrets redacted.`,
	mimeType: 'text/plain',
	tool: 'get_run',
	call: named(LOG_LINES),
	text: ({ log_tail, log_lines }) => {
		const lines = log_tail as readonly string[];
		const before = Number(log_lines) - lines.length;
		return [...(before > 0 ? [`(${before} earlier lines are not shown)`] : []), ...lines].join('\n');
	},
	complete: { run_id: runIds },
};
