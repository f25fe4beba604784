import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALIASES } from '../../../src/catalogue/aliases.ts';
import { probes } from '../../../src/catalogue/build/probes.ts';
import { COMPONENTS } from '../../../src/catalogue/index.ts';
import { wholeConfig } from '../../../src/catalogue/whole-config.ts';
import type { Fault } from '../../../src/plan/fault.ts';
import { build, CONNECTIONS, examplePackage, NOW } from './makers.ts';

/** Whatever was given: an answer, and every fault whole. */
function answers(definition: unknown): void {
	for (const purpose of ['save', 'run'] as const) {
		const result = build(definition, { purpose });
		const told: readonly Fault[] = 'faults' in result ? result.faults : result.warnings;
		for (const fault of told) expect([typeof fault.path, fault.message.length > 0, fault.hint.length > 0]).toEqual(['string', true, true]);
		if ('faults' in result) expect(result.faults.length).toBeGreaterThan(0);
	}
	expect(Array.isArray(probes(definition, { purpose: 'save', connections: CONNECTIONS, now: NOW }))).toBe(true);
}

test('arbitrary JSON is answered, never thrown at', () => {
	fc.assert(
		fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => answers(value)),
		{ numRuns: 300 },
	);
});

const word = fc.constantFrom(
	'a',
	'b',
	'id',
	'$x',
	'${y}',
	'$',
	"'",
	'"',
	'a b',
	'',
	'in/*.csv',
	'../x',
	'null',
	'count',
	'__proto__',
	'constructor',
	'a.b',
	'🙂',
	'id > 1',
	'upper(id',
	'x'.repeat(300),
);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
	any: fc.oneof(
		{ maxDepth: 3 },
		word,
		fc.integer({ min: -2, max: 5 }),
		fc.boolean(),
		fc.constant(null),
		fc.double(),
		fc.array(tie('any'), { maxLength: 3 }),
		fc.dictionary(word, tie('any'), { maxKeys: 3 }),
	),
})).any;

/** A component with the right keys and all sorts of values. */
const component = fc.constantFrom(...COMPONENTS, ...COMPONENTS).chain((definition) => {
	const keys = Object.keys(wholeConfig(definition).shape);
	const fields = fc.dictionary(fc.constantFrom(...keys, 'extra'), value, { maxKeys: keys.length });
	return fc
		.tuple(fc.constantFrom(definition.key, ...ALIASES.filter((alias) => alias.base === definition.key).map((alias) => alias.key)), fields)
		.map(([key, config]) => ({ [key]: config }));
});
const edge = fc.record(
	{ source: word, target: word, source_port: fc.constantFrom('out', 'dead_letter', 'rejected', 'x') },
	{ requiredKeys: ['source', 'target'] },
);

test('packages with the right keys and wrong values are answered', () => {
	const definition = fc.record(
		{
			components: fc.array(fc.oneof(component, value), { maxLength: 5 }),
			edges: fc.array(fc.oneof(edge, value), { maxLength: 5 }),
			variables: fc.oneof(fc.dictionary(word, value), value),
			settings: value,
			flow_type: fc.constantFrom('dataflow', 'workflow', 'x'),
		},
		{ requiredKeys: [] },
	);
	fc.assert(
		fc.property(definition, (given) => answers(given)),
		{ numRuns: 500 },
	);
});

test('an example with one value exchanged is answered', () => {
	const examples = COMPONENTS.flatMap((definition) =>
		definition.category === 'task' ? [] : definition.examples.map((example) => examplePackage(definition, example)),
	);
	const slip = fc.constantFrom(...examples).chain((definition) => {
		const [wrapper] = definition.components as unknown as Record<string, Record<string, unknown>>[];
		const [key, config] = Object.entries(wrapper ?? {})[0] ?? ['', {}];
		return fc
			.tuple(fc.constantFrom(...Object.keys(config)), value)
			.map(([field, other]) => ({ ...definition, components: [{ [key]: { ...config, [field]: other } }, ...definition.components.slice(1)] }));
	});
	fc.assert(
		fc.property(slip, (given) => answers(given)),
		{ numRuns: 500 },
	);
});
