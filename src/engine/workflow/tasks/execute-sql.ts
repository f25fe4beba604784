import { rowsToJson } from '../../../data/json.ts';
import { AppError } from '../../../lib/errors.ts';
import { bindSql } from '../../../plan/sql-text.ts';
import type { ExecuteSqlTask } from '../../../plan/workflow.ts';
import { openAs, type TaskRunner } from './task-work.ts';

const MOST_ROWS = 1000;

/** One statement with the rights of its connection. Killed between the statement and the note that it is done, it is run again. */
export const executeSql: TaskRunner<ExecuteSqlTask> = {
	async step(work) {
		const { task, scope } = work;
		const bound = bindSql(task.task.query, scope);
		if ('problems' in bound) {
			const [first] = bound.problems;
			throw new AppError('invalid_input', first?.message ?? 'the query cannot be filled', { hint: first?.hint ?? '' });
		}
		const store = await openAs(work, task.task.connection, 'tables');
		const { batch, truncated, rowsWritten } = await store.execute(bound, { maxRows: MOST_ROWS, readOnly: false });
		work.note(rowsWritten > 0 ? `${rowsWritten} rows written` : `${batch.length} rows read${truncated ? `, the first ${MOST_ROWS}` : ''}`);
		const variable = task.task.resultVariable === null ? undefined : scope.get(task.task.resultVariable);
		const rows = rowsToJson(batch);
		if (variable?.type.kind === 'json') return { kind: 'done', result: rows };
		const column = batch.schema[0]?.name;
		return { kind: 'done', result: column === undefined ? null : (rows[0]?.[column] ?? null) };
	},
};
