import * as z from 'zod';
import { defineTask } from '../component.ts';
import { connectionId } from '../vocabulary/names.ts';
import { resultVariable, resultVariableFits } from '../vocabulary/result-variable.ts';

const config = z.strictObject({
	connection_id: connectionId('a database connection'),
	query: z.string().min(1).max(100_000).describe("The database's own SQL; variables are bound as values."),
	result_variable: resultVariable.describe(
		'Variable that gets the result: of type json all rows (at most 1,000) as objects, of any other type the first column of the first row, null where there is none.',
	),
});

export const executeSql = defineTask({
	key: 'execute_sql_component',
	category: 'task',
	name: 'Execute SQL',
	summary: 'Runs SQL on a database connection and may keep its result in a variable.',
	docs: 'Runs with the rights of the connection, at least once: killed right after the statement it is run again, so write statements that may be repeated, or note $_TASK_KEY (the same at every repetition of this task in this run) beside what they write. The variable is declared with its type in the package: a value that is none of that type fails the task.',
	config,
	lower(config, context) {
		const connection = context.connection(config.connection_id, 'connection_id', 'tables');
		const bound = context.sql(config.query, 'query');
		const fits = resultVariableFits(config.result_variable, null, context);
		if (connection === null || bound === null || !fits) return null;
		return { kind: 'execute_sql', connection: connection.id, query: config.query, resultVariable: config.result_variable ?? null };
	},
	examples: [
		{
			title: 'The highest id so far',
			config: { connection_id: 2, query: "select max(id) from orders where country = '$country'", result_variable: 'last_id' },
			variables: { country: 'PT', last_id: 0 },
		},
	],
});
