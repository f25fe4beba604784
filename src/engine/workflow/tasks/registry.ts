import type { Task } from '../../../plan/workflow.ts';
import { executeSql } from './execute-sql.ts';
import { httpCall } from './http-call.ts';
import { moveFile } from './move-file.ts';
import { runPackage } from './run-package.ts';
import { sleep } from './sleep.ts';
import type { TaskRunner } from './task-work.ts';

const RUNNERS = {
	execute_sql: executeSql,
	http_call: httpCall,
	move_file: moveFile,
	run_package: runPackage,
	sleep,
} as const satisfies { readonly [Kind in Task['kind']]: TaskRunner<Extract<Task, { kind: Kind }>> };

/** What carries out a task. The kinds of task and runner agree by the table above. */
export function runnerOf(task: Task): TaskRunner<Task> {
	return RUNNERS[task.kind] as TaskRunner<Task>;
}
