import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../../src/mcp/json-schema.ts';
import { knownAs } from '../../src/mcp/known-as.ts';
import { published } from '../../src/mcp/listing.ts';
import { TOOLS } from '../../src/mcp/tools/index.ts';
import { PEERS, type PeerArgument } from '../support/peers.ts';

const byName = new Map(TOOLS.map((tool) => [tool.name, tool]));
const DOCUMENT = readFileSync(join(import.meta.dirname, '../../docs/peers.md'), 'utf8');

function inputOf(name: string | undefined): { readonly properties?: Readonly<Record<string, JsonSchema>>; readonly required?: readonly string[] } {
	const tool = byName.get(name ?? '');
	return tool === undefined ? {} : (published(tool).inputSchema as object);
}

/** What stands at `runs[].status` of a zod schema's own shape, in whatever wrapping. */
function fieldAt(schema: unknown, path: string): unknown {
	return path.split('.').reduce<unknown>((at, step) => {
		const shape = unwrapped(at)['shape'] as Readonly<Record<string, unknown>> | undefined;
		const found = shape?.[step.replace('[]', '')];
		return step.endsWith('[]') ? unwrapped(found)['element'] : found;
	}, schema);
}

function unwrapped(schema: unknown): Readonly<Record<string, unknown>> {
	const at = (schema ?? {}) as Readonly<Record<string, unknown>> & { readonly def?: { readonly innerType?: unknown } };
	return at.def?.innerType === undefined ? at : unwrapped(at.def.innerType);
}

describe.each(Object.entries(PEERS))('what users of %s know', (peer, tools) => {
	const rows = Object.entries(tools).map(([theirs, tool]) => ({ theirs, ...tool }));

	test('has its tool here, or is told by its own name what does the work', () => {
		for (const { theirs, here } of rows) {
			expect({ theirs, missing: here.filter((name) => !byName.has(name)) }).toEqual({ theirs, missing: [] });
			if (!byName.has(theirs)) expect(knownAs(theirs)).toEqual(expect.stringContaining(here[0] ?? theirs.slice(0, 8)));
		}
	});

	test('has its arguments here, with the defaults and limits of their documents', () => {
		for (const { theirs, here, arguments: given = {} } of rows) {
			const { properties = {}, required = [] } = inputOf(here[0]);
			const faults = Object.entries(given).flatMap(([name, wanted]) => faultsOf(name, wanted, properties[wanted.here ?? name], required));
			expect({ theirs, faults }).toEqual({ theirs, faults: [] });
		}
	});

	test('has the fields of its answer here', () => {
		for (const { theirs, here, fields = [] } of rows) {
			const output = byName.get(here[0] ?? '')?.output;
			expect({ theirs, missing: fields.filter((path) => fieldAt(output, path) === undefined) }).toEqual({ theirs, missing: [] });
		}
	});

	test('stands in docs/peers.md: each tool, each argument, and what they are here', () => {
		const section = DOCUMENT.split(/^## /m).find((text) => text.startsWith(peer)) ?? '';
		for (const { theirs, here, arguments: given = {} } of rows) {
			const row = section.split('\n').find((line) => line.startsWith(`| \`${theirs}\` `)) ?? `no row of ${theirs}`;
			const words = [...here, ...Object.entries(given).flatMap(([name, wanted]) => [name, wanted.here ?? name])];
			expect({ theirs, untold: words.filter((word) => !row.includes(`\`${word}\``)) }).toEqual({ theirs, untold: [] });
		}
	});
});

function faultsOf(name: string, wanted: PeerArgument, property: JsonSchema | undefined, required: readonly string[]): string[] {
	const own = wanted.here ?? name;
	if (property === undefined) return [`${own} is no argument`];
	const most = property['maximum'] ?? property['maxLength'];
	return [
		...(wanted.required === true && !required.includes(own) ? [`${own} is not required`] : []),
		...(wanted.default !== undefined && property['default'] !== wanted.default ? [`${own} is ${property['default']} unless given`] : []),
		...(wanted.max !== undefined && most !== wanted.max ? [`${own} is at most ${most}`] : []),
		...(wanted.values ?? []).filter((value) => !(property['enum'] as string[] | undefined)?.includes(value)).map((value) => `${own} is never ${value}`),
	];
}
