import * as z from 'zod';
import { edgeSchema, flowTypeSchema, PACKAGE_LIMITS, settingsSchema, variableNameSchema, variableSchema } from '../model/package.ts';
import { ALIASES } from './aliases.ts';
import { COMPONENTS } from './index.ts';
import { wholeConfig } from './whole-config.ts';

/** Fields of a package beside its components. */
export const packageShape = {
	name: z.string().min(1).max(200).optional().describe('Name of the package.'),
	description: z.string().max(4096).optional().describe('What it does.'),
	flow_type: flowTypeSchema.default('dataflow').describe('`dataflow`: sources, transformations and destinations; `workflow`: tasks. The two do not mix.'),
	flow_version: z.literal('2.0.0').optional().describe('Version of the format.'),
	edges: z.array(edgeSchema).max(PACKAGE_LIMITS.edges).default([]).describe('Which component leads to which.'),
	variables: z.record(variableNameSchema, variableSchema).default({}).describe('Named, typed values that a run may change; a plain value is a default.'),
	settings: settingsSchema.default({}).describe('How a run treats bad rows, time and changed sources.'),
};

let published: Readonly<Record<string, unknown>> | undefined;

/**
 * The whole package format as JSON Schema 2020-12, for `/schemas/package.json`: `$defs` has one entry a component type. Rules that
 * need the whole package (columns, types, cycles) are the validator's.
 */
export function packageJsonSchema(): Readonly<Record<string, unknown>> {
	published ??= build();
	return published;
}

function build(): Record<string, unknown> {
	const definitions: Record<string, unknown> = {};
	const wrappers: unknown[] = [];
	for (const component of COMPONENTS) {
		const { $schema: _, $defs, ...schema } = convert(wholeConfig(component));
		// References inside one component's schema become references inside the package's.
		const renamed = (node: unknown) => JSON.parse(JSON.stringify(node).replaceAll('"#/$defs/', `"#/$defs/${component.key}.`)) as unknown;
		for (const [name, inner] of Object.entries(($defs ?? {}) as object)) definitions[`${component.key}.${name}`] = renamed(inner);
		definitions[component.key] = { title: component.name, ...(renamed(schema) as object), description: component.summary };
		for (const key of [component.key, ...ALIASES.filter((alias) => alias.base === component.key).map((alias) => alias.key)]) {
			wrappers.push({ type: 'object', properties: { [key]: { $ref: `#/$defs/${component.key}` } }, required: [key], additionalProperties: false });
		}
	}
	const { $schema, properties, ...rest } = convert(z.strictObject(packageShape));
	const components = {
		type: 'array',
		maxItems: PACKAGE_LIMITS.components,
		items: { anyOf: wrappers },
		description: 'Objects with one key each, the component type.',
	};
	return { $schema, title: 'Headgate package', ...rest, properties: { ...(properties as object), components }, required: ['components'], $defs: definitions };
}

function convert(schema: z.ZodType): Record<string, unknown> {
	return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
}
