import * as z from 'zod';
import { variableValueSchema } from '../../model/run.ts';
import { defineTask, type KnownPackage, type TaskContext } from '../component.ts';
import { resultVariable, resultVariableFits } from '../vocabulary/result-variable.ts';

const config = z.strictObject({
	package_id: z.int().min(1).describe('Id of the package to run, from list_packages.'),
	variables: z
		.record(z.string(), variableValueSchema)
		.default({})
		.describe('Values for its variables; a text may hold variables of this package, and one that is nothing else hands on the typed value.'),
	wait: z
		.boolean()
		.default(true)
		.describe('Wait until it has ended; its failure is then the failure of the task. Otherwise the task succeeds once the run is submitted.'),
	result_variable: resultVariable.describe(
		'Variable of this package that gets the outcome as json: status, run_id, records per destination and the rows of a result destination.',
	),
});

export const runPackage = defineTask({
	key: 'run_package_component',
	category: 'task',
	name: 'Run package',
	summary: 'Runs another package, with variables of its own.',
	docs: 'The run is listed under this one, acts for whoever started it, takes a slot of the same cluster, and is cancelled with this one. Exactly one run is started, however often the task is repeated. A package cannot run itself, neither directly nor through others.',
	config,
	lower(config, context) {
		const variables = Object.entries(config.variables).map(
			([name, value]) => typeof value !== 'string' || context.fill(value, `variables.${name}`, 'text') !== null,
		);
		const fits = resultVariableFits(config.result_variable, ['json', 'string'], context);
		const target = context.package(config.package_id, 'package_id');
		if (target !== null && target !== 'unknown') checkVariables(config.variables, target, context);
		if (variables.includes(false) || !fits || target === null) return null;
		return {
			kind: 'run_package',
			packageId: config.package_id,
			variables: config.variables,
			wait: config.wait,
			resultVariable: config.result_variable ?? null,
		};
	},
	examples: [{ title: 'Load one day', config: { package_id: 7, variables: { day: '$day', full_load: 0 } }, variables: { day: '2024-01-31' } }],
});

/** The other package may change before it runs: these are warnings. */
function checkVariables(given: Readonly<Record<string, unknown>>, target: KnownPackage, context: TaskContext): void {
	const listed = target.variables.length === 0 ? 'it has no variables' : `its variables: ${target.variables.join(', ')}`;
	for (const name of Object.keys(given)) {
		if (!target.variables.includes(name)) context.warn(`variables.${name}`, `package ${target.id} (${target.name}) has no variable ${name}`, listed);
	}
	for (const name of target.required) {
		if (!Object.hasOwn(given, name)) context.warn('variables', `package ${target.id} (${target.name}) needs a value for ${name}`, `add "${name}" to variables`);
	}
}
