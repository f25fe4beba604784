import type { Prompt } from './prompt.ts';

export const morningReport: Prompt = {
	name: 'morning_report',
	title: 'Morning report',
	description: 'What ran, what failed and what needs somebody, short enough for a team channel.',
	arguments: [{ name: 'hours', description: 'How far back; 24 unless given.', required: false }],
	tools: ['get_system_health', 'list_runs', 'get_package_error_summary', 'explain_job_failure'],
	text: ({ hours = '24' }) => {
		const back = /^[1-9]\d{0,3}$/.test(hours) ? hours : '24';
		return `Write this morning's report on the data pipelines, over the last ${back} hours.

1. get_system_health: failing packages, stale schedules, queue depth, error rate.
2. list_runs with since ${back}h (limit 100, go on with next_cursor): how many completed and failed, records per destination, the slowest.
3. For each package that failed: explain_job_failure of its newest failed run; get_package_error_summary where it had bad rows.

Answer in at most 15 lines for a team channel: one line on the whole ("42 runs, 40 completed, 2 failed; 1.2 M records"); then each failing package with cause and next step, worst first; then records per destination; then what is waiting or overdue. Numbers from the tools only; say where a page was not read to its end. Change nothing and start nothing.`;
	},
};
