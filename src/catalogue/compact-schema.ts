import * as z from 'zod';

export interface SchemaNode {
	readonly type?: string | readonly string[];
	readonly description?: string;
	readonly default?: unknown;
	readonly enum?: readonly unknown[];
	readonly properties?: Record<string, SchemaNode>;
	readonly required?: readonly string[];
	readonly items?: SchemaNode;
	readonly anyOf?: readonly SchemaNode[];
	readonly additionalProperties?: SchemaNode;
	readonly minimum?: number;
	readonly maximum?: number;
}

type RawNode = Readonly<Record<string, unknown>>;

/** A zod object as the JSON Schema a reader wants: no references, no patterns, no bounds that only guard memory. */
export function compactSchema(schema: z.ZodObject): SchemaNode {
	const raw = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as RawNode;
	return compact(raw, (raw['$defs'] ?? {}) as Readonly<Record<string, RawNode>>, []);
}

const KEPT = ['type', 'description', 'default', 'enum', 'minimum', 'required'] as const;

function compact(node: RawNode, defs: Readonly<Record<string, RawNode>>, open: readonly string[]): SchemaNode {
	const reference = typeof node['$ref'] === 'string' ? node['$ref'].slice('#/$defs/'.length) : undefined;
	if (reference !== undefined) {
		const { $ref: _, ...own } = node;
		// A group of conditions holds groups: shown once.
		if (open.includes(reference)) return { ...own, type: 'array' };
		return compact({ ...defs[reference], ...own }, defs, [...open, reference]);
	}
	const kept: Record<string, unknown> = {};
	for (const key of KEPT) if (node[key] !== undefined) kept[key] = node[key];
	if (node['const'] !== undefined) kept['enum'] = [node['const']];
	if (kept['minimum'] === Number.MIN_SAFE_INTEGER) delete kept['minimum'];
	if (node['maximum'] !== undefined && node['maximum'] !== Number.MAX_SAFE_INTEGER) kept['maximum'] = node['maximum'];
	const inside = (child: unknown) => compact(child as RawNode, defs, open);
	if (node['properties'] !== undefined)
		kept['properties'] = Object.fromEntries(Object.entries(node['properties'] as RawNode).map(([name, child]) => [name, inside(child)]));
	if (node['items'] !== undefined) kept['items'] = inside(node['items']);
	if (Array.isArray(node['anyOf'])) kept['anyOf'] = node['anyOf'].map(inside);
	if (node['additionalProperties'] !== null && typeof node['additionalProperties'] === 'object')
		kept['additionalProperties'] = inside(node['additionalProperties']);
	return kept;
}
