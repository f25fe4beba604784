import type { Prompt } from './prompt.ts';

export const auditSchedules: Prompt = {
	name: 'audit_schedules',
	title: 'Audit schedules',
	description: 'Which schedules are on, how often each package runs, what overlaps, fails or never ran.',
	arguments: [],
	tools: ['list_schedules', 'get_schedule', 'list_packages', 'list_runs', 'get_system_health'],
	text: () => `Audit the schedules of this account.

1. list_schedules with enabled true, then with enabled false (go on with next_cursor).
2. For each enabled one: get_schedule for cron, time zone, overlap and its last fires; list_runs with its package_id for how the last ones ended and how long they took.
3. get_system_health for schedules that are stale; list_packages for active packages that no schedule runs.

Answer as a table: schedule, package, how often in plain words, last run and how it ended, next run. Then the findings, worst first: failing again and again, overdue, running longer than the time between two fires, two schedules for one package, disabled and forgotten, packages that nothing runs. For each the one change you would make (update_schedule or toggle_schedule, with dry_run), but make none before I agree.`,
};
