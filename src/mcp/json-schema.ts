import * as z from 'zod';

export interface JsonSchema {
	type?: string;
	properties?: Record<string, JsonSchema>;
	items?: JsonSchema;
	anyOf?: JsonSchema[];
	[keyword: string]: unknown;
}

/** Put on a zod type with `.meta(outline)`: published as its kind and description only. Parsing is not touched. */
export const outline = { outline: true } as const;

/** Properties of the answer and of what it holds are published; below that only their kinds. */
const OUTPUT_DEPTH = 2;

/**
 * A tool's zod object as JSON Schema that every model provider accepts: one `type` per node, no `const`, no `$ref`, no patterns of
 * several hundred characters (zod writes one for each ISO date), no bounds nobody set, no null in inputs (optional says it).
 * Inputs say that unknown arguments are refused. Outputs are shorter, for what they say is read from the answer itself: no
 * `required`, no bounds, two levels; they stay open, so that a client that kept an older list accepts a newer answer.
 */
export function portableSchema(schema: z.ZodObject, io: 'input' | 'output'): JsonSchema {
	const { $schema: _, ...converted } = z.toJSONSchema(schema, { io, reused: 'inline', cycles: 'throw' }) as JsonSchema;
	return io === 'input' ? { ...inputNode(converted), additionalProperties: false } : outputNode(converted, 0);
}

function inputNode(node: JsonSchema): JsonSchema {
	const { type, const: constant, properties, items, anyOf, outline: short, additionalProperties: _open, propertyNames: _names, ...rest } = node;
	const kept = withoutUnsetBounds(rest);
	if (short === true) return { ...kinds(node), ...(kept['description'] === undefined ? {} : { description: kept['description'] }) };
	if (kept['format'] !== undefined) delete kept['pattern'];
	if (constant !== undefined) kept['enum'] = [constant];
	if (properties !== undefined) kept.properties = mapValues(properties, inputNode);
	if (items !== undefined) kept.items = inputNode(items);
	const alternatives = Array.isArray(type) ? (type as string[]).map((one) => ({ type: one })) : anyOf?.map(inputNode);
	if (alternatives === undefined) return type === undefined ? kept : { type, ...kept };
	const real = alternatives.filter((one) => one.type !== 'null');
	return real.length === 1 ? { ...real[0], ...kept } : { ...kept, anyOf: real };
}

function outputNode(node: JsonSchema, depth: number): JsonSchema {
	const { description, properties, items } = node;
	const words = depth < OUTPUT_DEPTH && Array.isArray(node['enum']) ? { enum: node['enum'] } : {};
	const kept: JsonSchema = { ...kinds(node), ...words, ...(description === undefined ? {} : { description }) };
	if (node['outline'] === true || depth >= OUTPUT_DEPTH) return kept;
	if (properties !== undefined) kept.properties = mapValues(properties, (property) => outputNode(property, depth + 1));
	// An item is as deep as its list: a list of objects shows the names of their fields.
	if (items !== undefined) kept.items = outputNode(items, depth);
	return kept;
}

/** The kind of a node; where it may be several (or null) nothing is claimed, for `type` must be one word. */
function kinds(node: JsonSchema): JsonSchema {
	if (typeof node.type !== 'string') return {};
	return node.type === 'array' ? { type: 'array', items: typeof node.items?.type === 'string' ? { type: node.items.type } : {} } : { type: node.type };
}

function mapValues(properties: Record<string, JsonSchema>, change: (node: JsonSchema) => JsonSchema): Record<string, JsonSchema> {
	return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, change(property)]));
}

/** zod writes the safe-integer range on every integer. */
function withoutUnsetBounds(node: JsonSchema): JsonSchema {
	const { minimum, maximum, ...rest } = node;
	if (minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER) rest['minimum'] = minimum;
	if (maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER) rest['maximum'] = maximum;
	return rest;
}
