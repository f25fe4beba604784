import { describe, expect, test } from 'vitest';
import type { ComponentDefinition, ExampleTable } from '../../../src/catalogue/component.ts';
import { COMPONENTS } from '../../../src/catalogue/index.ts';
import { wholeConfig } from '../../../src/catalogue/whole-config.ts';
import { fromJsonValue, toJsonValue } from '../../../src/data/json.ts';
import { parseTypeName, typeName } from '../../../src/data/type-names.ts';
import type { Schema } from '../../../src/data/types.ts';
import { deadLetterSchema } from '../../../src/plan/dead-letter.ts';
import { build, built, examplePackage } from './makers.ts';

const dataflow = COMPONENTS.filter((definition): definition is (typeof COMPONENTS)[number] & ComponentDefinition => definition.category !== 'task');
const examples = dataflow.flatMap((definition) =>
	definition.examples.map((example) => ({ key: definition.key, title: example.title, definition: definition as ComponentDefinition, example })),
);

const texts = (schema: Schema) => Object.fromEntries(schema.map(({ name, type }) => [name, typeName(type)]));
const schemaOf = (table: ExampleTable): Schema =>
	Object.entries(table.schema).map(([name, text]) => ({ name, type: parseTypeName(text) ?? { kind: 'string' } }));

test.each(examples)('$key: "$title" validates and gives the columns it says', ({ definition, example }) => {
	const table = example.outside?.table;
	const discovered = table === undefined ? {} : { discovered: new Map([['example', schemaOf(table)]]) };
	const predefined = { _JOB_SUBMISSION_TIMESTAMP: '2024-01-31T12:00:00Z' };
	const result = built(examplePackage(definition, example), { ...discovered, predefined });
	const node = result.nodes.find(({ id }) => id === 'example');
	if (example.then?.out !== undefined) expect(texts(node?.output ?? [])).toEqual(example.then.out.schema);
	if (example.then?.rejected !== undefined) expect(texts(node?.output ?? [])).toEqual(example.then.rejected.schema);
	const [input] = result.nodes.filter(({ id }) => id === 'input_0');
	if (example.then?.dead_letter !== undefined) expect(texts(deadLetterSchema(input?.output ?? []))).toEqual(example.then.dead_letter.schema);
	expect(result.warnings.filter((warning) => warning.component === 'example')).toEqual([]);
});

test.each(examples)('$key: "$title" shows rows that are values of its columns, spelled as JSON spells them', ({ example }) => {
	const tables = [...example.given, ...Object.values(example.then ?? {}), ...(example.outside?.table === undefined ? [] : [example.outside.table])];
	for (const table of tables) {
		const schema = schemaOf(table);
		for (const row of table.rows) {
			const again = row.map((value, i) => {
				const type = schema[i]?.type ?? { kind: 'string' };
				return toJsonValue(type, fromJsonValue(type, value) ?? null);
			});
			expect(again).toEqual(row);
		}
	}
});

describe.each(COMPONENTS.filter((definition) => definition.category === 'task').map((definition) => ({ key: definition.key, definition })))(
	'$key',
	({ key, definition }) => {
		test.each([...definition.examples])('"$title" validates as a workflow', (example) => {
			const definitionOf = {
				flow_type: 'workflow',
				components: [{ [key]: { name: 'example', ...example.config } }],
				variables: 'variables' in example ? example.variables : {},
			};
			expect(build(definitionOf)).toMatchObject({ flowType: 'workflow', warnings: [], workflow: { tasks: [{ id: 'example', waitFor: 'all', after: [] }] } });
		});
	},
);

test('every component has at least one example, and none repeats what everybody has', () => {
	expect(COMPONENTS.filter((definition) => definition.examples.length === 0).map((definition) => definition.key)).toEqual([]);
	for (const definition of COMPONENTS) for (const name of ['id', 'name', 'notes']) expect(Object.keys(definition.config.shape)).not.toContain(name);
	for (const definition of COMPONENTS) expect(Object.keys(wholeConfig(definition).shape)).toEqual(expect.arrayContaining(['id', 'name', 'notes']));
});
