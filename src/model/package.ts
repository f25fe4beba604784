import * as z from 'zod';
import { variableValueSchema } from './run.ts';

/** The public package format as far as it does not depend on the component types; those are the catalogue's. */

export const flowTypeSchema = z.enum(['dataflow', 'workflow']);
export type FlowType = z.infer<typeof flowTypeSchema>;

export const packageStatusSchema = z.enum(['active', 'archived']);
export const onErrorSchema = z.enum(['fail', 'skip', 'null_field', 'dead_letter']);

export const dataTypeNames = ['string', 'integer', 'long', 'float', 'double', 'boolean', 'datetime', 'date', 'binary', 'json'] as const;
/** A type as it is written: a name, or `decimal(12,2)`. That a scale is not above its precision, the data room's reader checks. */
export const dataTypeText = z
	.string()
	.regex(/^(string|integer|long|float|double|boolean|datetime|date|binary|json|decimal\(\s*([1-9]|[12]\d|3[0-8])\s*,\s*(\d|[12]\d|3[0-8])\s*\))$/, {
		error: `valid types: ${dataTypeNames.join(', ')}, decimal(precision,scale) with a precision of 1 to 38`,
	});

export const edgeSchema = z.strictObject({
	id: z.string().min(1).max(100).optional().describe('Made when left out.'),
	source: z.string().min(1).max(200).describe('Id or name of the component the rows come from; in a workflow, of the task that runs first.'),
	target: z.string().min(1).max(200).describe('Id or name of the component the rows go to; in a workflow, of the task that runs then.'),
	source_port: z
		.enum(['out', 'dead_letter', 'rejected'])
		.optional()
		.describe('`out` unless given; `dead_letter`: rows that failed; `rejected`: rows for which the condition of a filter was false or null.'),
	target_port: z.enum(['in', 'left', 'right']).optional().describe('`left` and `right` of a join; without them a join takes its edges in order.'),
	condition: z.enum(['success', 'failure', 'completion']).optional().describe('Workflows only: when the edge fires; `success` unless given.'),
});
export type Edge = z.infer<typeof edgeSchema>;

const expressionDefault = z.strictObject({
	expression: z.string().min(1).max(10_000).describe('Evaluated when the run is submitted; may use other variables.'),
});

/** A list or object as it is: of a variable of type json. */
const structureDefault = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);

export const variableSchema = z.union([
	variableValueSchema,
	z.strictObject({
		type: dataTypeText.optional().describe('Taken from the default where left out; `string` where there is none.'),
		default: z
			.union([variableValueSchema, expressionDefault, structureDefault])
			.optional()
			.describe('The value where the run gives none; null unless given. Type json also takes a list or object as it is.'),
		description: z.string().max(1000).optional().describe('What it is for.'),
		required: z.boolean().optional().describe('A run that gives no value is refused.'),
		secret: z.boolean().optional().describe('Never shown again: redacted from rows, logs and errors.'),
	}),
]);
export type VariableDefinition = z.infer<typeof variableSchema>;

/** Names a variable may have; `_` followed by capitals is reserved for predefined ones. */
export const variableNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, {
	error: 'a variable name has letters, digits and _ (at most 128) and does not begin with a digit',
});

const contractMode = z.enum(['evolve', 'freeze', 'discard_row', 'discard_value']);
export const settingsSchema = z.strictObject({
	max_errors: z
		.union([z.int().min(0), z.string().regex(/^(100|\d{1,2}(\.\d{1,6})?)%$/, { error: 'a count such as 25, or a percentage from "0%" to "100%"' })])
		.optional()
		.describe('Bad rows allowed: a count, or "1%" of the input of a component. No bound when left out.'),
	timeout_minutes: z.number().positive().max(10_080).optional().describe('The run fails when it takes longer. No bound when left out.'),
	contracts: z
		.strictObject({
			columns: contractMode
				.optional()
				.describe(
					'A source has columns that were not there when the package was saved: `evolve` (unless given) and `discard_value` leave them out, `freeze` fails, `discard_row` leaves out the rows that hold something there.',
				),
			data_type: contractMode
				.optional()
				.describe(
					'A value is not of the type the column had when the package was saved: `freeze` (unless given) and `evolve` make its row a bad one, since types stay as saved; `discard_value` makes it null, `discard_row` leaves the row out.',
				),
		})
		.optional()
		.describe('What to do when a source changes its shape.'),
});
export type Settings = z.infer<typeof settingsSchema>;

/** One wrapper object: `{ "select_component": { … } }`. Its inside is checked by the catalogue. */
export type WrappedComponent = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A package's definition once its shape is right: components by their wrapper, edges with ids resolved or not. */
export interface PackageDefinition {
	readonly flow_type: FlowType;
	readonly components: readonly WrappedComponent[];
	readonly edges: readonly Edge[];
	readonly variables: Readonly<Record<string, VariableDefinition>>;
	readonly settings: Settings;
}

/** Bounds of one package; past them validation refuses before it looks closer. */
export const PACKAGE_LIMITS = { components: 500, edges: 2000, variables: 500, nameLength: 200, notesLength: 4096 } as const;
