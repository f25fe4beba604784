import * as z from 'zod';
import { edgeSchema, flowTypeSchema, settingsSchema, variableNameSchema, variableSchema } from '../../../model/package.ts';
import { outline } from '../../json-schema.ts';

/** The parts of a package's definition as arguments. What is inside a component is checked by the one validator, which tells every fault at once. */
export const definitionArguments = {
	flow_type: flowTypeSchema.describe('dataflow: rows move through components; workflow: tasks in order.'),
	components: z
		.array(z.record(z.string(), z.record(z.string(), z.unknown())))
		.min(1)
		.describe('Each {wrapper_key: {name, …}}; shapes from describe_component_type.'),
	edges: z
		.array(edgeSchema)
		.meta(outline)
		.describe(
			'Each {source, target} by id or name; source_port out|dead_letter|rejected, target_port left|right (joins), condition success|failure|completion (workflows).',
		),
	variables: z.record(variableNameSchema, variableSchema).describe('{name: default} or {name: {type, default, required, description}}; used as $name.'),
	settings: settingsSchema.meta(outline).describe('{max_errors, timeout_minutes, contracts}.'),
} as const;
