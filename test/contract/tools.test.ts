import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../src/mcp/json-schema.ts';
import { published } from '../../src/mcp/listing.ts';
import { TOOLS } from '../../src/mcp/tools/index.ts';

const FILE = join(import.meta.dirname, 'tools.json');

/** What a client sees of every tool, and what it costs the reader in tokens (o200k). */
const contract = TOOLS.map((tool) => {
	const { name, title, description, annotations, inputSchema, outputSchema } = published(tool);
	const definition = countTokens(JSON.stringify({ name, description, inputSchema }));
	const withOutput = countTokens(JSON.stringify({ name, description, inputSchema, outputSchema }));
	return { name, title, description, toolset: tool.toolset, scope: tool.scope, annotations, tokens: { definition, withOutput }, inputSchema, outputSchema };
});

if (process.env['UPDATE_CONTRACT'] === '1') writeFileSync(FILE, `${JSON.stringify(contract, null, '\t')}\n`);

const average = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

function nodes(schema: JsonSchema, path = ''): { path: string; node: JsonSchema }[] {
	const below = [
		...Object.entries(schema.properties ?? {}).map(([name, property]) => nodes(property, `${path}.${name}`)),
		...(schema.items === undefined ? [] : [nodes(schema.items, `${path}[]`)]),
		...(schema.anyOf ?? []).map((one, index) => nodes(one, `${path}|${index}`)),
	];
	return [{ path, node: schema }, ...below.flat()];
}

test('the tools are the ones of the committed contract; UPDATE_CONTRACT=1 rewrites it', () => {
	expect(contract).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
});

test('a tool costs at most 250 tokens on average, 400 with its output schema, and none over 600', () => {
	expect(average(contract.map(({ tokens }) => tokens.definition))).toBeLessThanOrEqual(250);
	expect(average(contract.map(({ tokens }) => tokens.withOutput))).toBeLessThanOrEqual(400);
	expect(contract.filter(({ tokens }) => tokens.withOutput > 600).map(({ name }) => name)).toEqual([]);
});

test('names are unique', () => {
	expect(new Set(contract.map(({ name }) => name)).size).toBe(contract.length);
});

test('a tool whose scope is read changes nothing, and one that changes nothing needs no more, but for what owners alone may see', () => {
	expect(TOOLS.filter((tool) => tool.scope === 'read' && !tool.hints.readOnly).map(({ name }) => name)).toEqual([]);
	expect(TOOLS.filter((tool) => tool.scope !== 'read' && tool.hints.readOnly).map(({ name, scope }) => [name, scope])).toEqual([
		['list_audit_events', 'admin'],
	]);
});

describe.each(contract)('$name', ({ name, description, inputSchema, outputSchema }) => {
	test('has a portable name and a description', () => {
		expect(name).toMatch(/^[a-z0-9_-]{1,48}$/);
		expect(description.length).toBeGreaterThan(40);
	});

	test.each([
		['input', inputSchema],
		['output', outputSchema],
	])('has an %s schema that every provider takes', (_, schema) => {
		expect(schema).toMatchObject({ type: 'object' });
		expect(schema).not.toHaveProperty('anyOf');
		const all = nodes(schema as JsonSchema);
		const offending = all.filter(({ node }) => {
			const unportable = ['$ref', '$defs', 'const', 'oneOf', 'allOf', 'not', 'if', 'patternProperties', 'propertyNames', 'prefixItems'].some(
				(keyword) => keyword in node,
			);
			const words = (node['enum'] as unknown[] | undefined) ?? [];
			return unportable || Array.isArray(node.type) || (node.type === 'array' && node.items === undefined) || words.some((word) => typeof word !== 'string');
		});
		expect(offending.map(({ path }) => path)).toEqual([]);
	});

	test('describes every argument and wants no null', () => {
		const top = Object.entries((inputSchema as JsonSchema).properties ?? {});
		expect(top.filter(([, property]) => typeof property['description'] !== 'string').map(([argument]) => argument)).toEqual([]);
		expect(nodes(inputSchema as JsonSchema).filter(({ node }) => node.type === 'null')).toEqual([]);
	});
});
