import * as z from 'zod';
import { CATEGORIES } from '../../../catalogue/component-hint.ts';
import { describeComponent } from '../../../catalogue/describe.ts';
import { functionReference } from '../../../expression/reference.ts';
import { AppError } from '../../../lib/errors.ts';
import { nearest } from '../../../lib/nearest.ts';
import { defineTool } from '../../tool.ts';

const free = z.record(z.string(), z.unknown());

export const describeComponentType = defineTool({
	name: 'describe_component_type',
	title: 'Describe a component type',
	description:
		'Everything about one component type: its fields with types, defaults and meaning, which are required, its ports, and wrapper_example: the exact JSON to put into components. Ask before you use a type for the first time.',
	toolset: 'components',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		component_type: z.string().min(1).max(100).describe('A wrapper_key of list_component_types, e.g. select_component.'),
		functions: z
			.array(z.string().max(100))
			.max(20)
			.optional()
			.describe('Expression functions to explain too, e.g. REGEX_EXTRACT; the answer to the first call names them all.'),
	}),
	output: z.object({
		name: z.string(),
		category: z.enum(CATEGORIES),
		class_name: z.string(),
		docs: z.string(),
		wrapper_key: z.string(),
		specific_component_type: z.string(),
		properties: free.describe('By field: JSON Schema.'),
		required: z.array(z.string()),
		alias_of: z.string().nullable(),
		connection_type: z.string().nullable(),
		input_ports: z.array(z.string()),
		output_ports: z.array(z.string()),
		example: free,
		wrapper_example: free,
		examples: z.array(free).describe('Each {title, config, given, then}: rows in and rows out.'),
		expressions: z.string().nullable().describe('The expression language, where the type takes any.'),
		functions: z.array(free).optional().describe('Each {name, signatures, description, nulls, examples}.'),
	}),
	run: async ({ component_type, functions }) => {
		const { required, input_ports, output_ports, examples, ...description } = describeComponent(component_type);
		return {
			...description,
			required: [...required],
			input_ports: [...input_ports],
			output_ports: [...output_ports],
			examples: examples.map((example) => ({ ...example })),
			...(functions === undefined ? {} : { functions: functions.map(explained) }),
		};
	},
});

function explained(name: string): Record<string, unknown> {
	const plain = (word: string): string => word.toLowerCase().replaceAll('_', '');
	const reference = functionReference();
	const found = reference.find((entry) => [entry.name, ...entry.aliases].some((known) => plain(known) === plain(name)));
	if (found !== undefined) return { ...found };
	const near = nearest(
		name,
		reference.map((entry) => entry.name),
	);
	throw new AppError('not_found', `there is no function ${JSON.stringify(name)}`, {
		hint: `${near === undefined ? '' : `did you mean ${near}? `}describe_component_type of select_component names them all in expressions.`,
	});
}
