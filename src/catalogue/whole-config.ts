import * as z from 'zod';
import { onErrorSchema, PACKAGE_LIMITS } from '../model/package.ts';
import { COMPONENT_ID } from '../plan/component-ids.ts';
import type { AnyDefinition } from './component.ts';

const named = {
	id: z
		.string()
		.regex(COMPONENT_ID, { error: 'an id has letters, digits, _ and -, at most 64, and begins with a letter or digit' })
		.optional()
		.describe('Made from the name when left out.'),
	name: z
		.string()
		.min(1)
		.max(PACKAGE_LIMITS.nameLength)
		.regex(/^[^\p{Cc}]*\P{Z}[^\p{Cc}]*$/u, { error: 'a name holds no line breaks and is not blank' })
		.describe('Unique in the package, case-sensitive.'),
	notes: z.string().max(PACKAGE_LIMITS.notesLength).optional().describe('For people; without effect.'),
};

const forComponents = {
	...named,
	on_error: onErrorSchema
		.default('fail')
		.describe('What a bad row does: fail the run, be skipped, have only the field that failed nulled, or go to the port dead_letter.'),
};

const forWholeRows = {
	...forComponents,
	on_error: onErrorSchema
		.exclude(['null_field'])
		.default('fail')
		.describe('What a bad row does: fail the run, be skipped, or go to the port dead_letter. null_field is not there: no one field of it failed.'),
};

const forTasks = {
	...named,
	wait_for: z.enum(['all', 'any']).default('all').describe('Run when all, or when any, of the edges that lead here fired.'),
};

const whole = new Map<string, z.ZodObject>();

/** A component's own fields and those that everybody has: what stands inside the wrapper. */
export function wholeConfig(definition: AnyDefinition): z.ZodObject {
	let schema = whole.get(definition.key);
	if (schema === undefined) {
		schema = z.strictObject({ ...sharedFields(definition), ...definition.config.shape });
		whole.set(definition.key, schema);
	}
	return schema;
}

function sharedFields(definition: AnyDefinition) {
	if (definition.category === 'task') return forTasks;
	return definition.failsWhole === true ? forWholeRows : forComponents;
}
