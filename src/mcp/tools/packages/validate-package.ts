import * as z from 'zod';
import { AppError } from '../../../lib/errors.ts';
import type { VariableValue } from '../../../model/run.ts';
import { validationSchema } from '../../../model/views/validation.ts';
import { validatePackage as validate } from '../../../operations/packages/validate.ts';
import { defineTool } from '../../tool.ts';
import { packageId } from '../arguments.ts';
import { definitionArguments } from './definition.ts';

const { flow_type, components, edges, variables, settings } = definitionArguments;

const input = z.strictObject({
	package_id: packageId.optional(),
	flow_type: flow_type.optional(),
	components: components.optional(),
	edges: edges.optional(),
	variables: variables.optional(),
	settings: settings.optional(),
});

export const validatePackage = defineTool({
	name: 'validate_package',
	title: 'Validate a package',
	description:
		'Checks a stored package (package_id), or a definition that is not stored (flow_type, components, edges), against the live sources: every fault at once with component, path and hint. Writes nothing and runs nothing; create_package and run_package check the same way.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: true },
	task: 'work',
	input,
	output: validationSchema,
	run: (given, { operations, principal }) => validate(operations, principal, subject(given)),
});

/** One of the two: what is stored, or what was written into the call. */
function subject(given: z.output<typeof input>): Parameters<typeof validate>[2] {
	const { package_id, flow_type, components, edges, variables, settings } = given;
	if (package_id === undefined && flow_type !== undefined && components !== undefined) {
		return { flow_type, components, edges: edges ?? [], variables, settings };
	}
	if (package_id !== undefined && components === undefined && edges === undefined && flow_type === undefined && settings === undefined) {
		return { package_id, variables: plainValues(variables) };
	}
	throw new AppError('invalid_input', 'validate_package takes a package_id, or a definition of its own: not both, and not neither.', {
		hint: 'Give package_id (with variables as {name: value} where you want other values), or flow_type with components and edges.',
	});
}

/** A stored package has its definitions; only values can be tried with it. */
function plainValues(variables: z.output<typeof input>['variables']): Record<string, VariableValue> | undefined {
	if (variables === undefined) return undefined;
	return Object.fromEntries(
		Object.entries(variables).map(([name, value]) => {
			if (value === null || typeof value !== 'object') return [name, value];
			throw new AppError('invalid_input', `variables.${name} is a definition; with package_id it must be a value.`, { hint: `Give {"${name}": value}.` });
		}),
	);
}
