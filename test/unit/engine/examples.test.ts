import { describe, expect, test } from 'vitest';
import type { ComponentDefinition, ComponentExample } from '../../../src/catalogue/component.ts';
import { COMPONENTS } from '../../../src/catalogue/index.ts';
import type { OutPort } from '../../../src/plan/plan.ts';
import { openCode } from './support/code.ts';
import { examplePlan, objects, outsideOf } from './support/example-plan.ts';
import { run } from './support/run.ts';
import { VARIANTS } from './support/variants.ts';

/** Every example of every component is run: what it says comes out must come out, however the run is cut up. */
const examples = COMPONENTS.filter((definition) => definition.category !== 'task').flatMap((definition) =>
	(definition.examples as readonly ComponentExample[])
		.filter((example) => example.then !== undefined)
		.map((example) => ({ key: definition.key, title: example.title, definition: definition as ComponentDefinition, example })),
);

describe.each(Object.entries(VARIANTS))('%s', (_, variant) => {
	test.each(examples)('$key: "$title"', async ({ key, definition, example }) => {
		const { plan, schemas } = examplePlan(definition, example);
		const outside = outsideOf(example);
		const finished = await run(plan, { ...variant, connections: outside.connections, payload: example.outside?.payload ?? [], openCode });
		expect(finished.outcome).toMatchObject({ state: 'completed' });
		for (const [port, table] of Object.entries(example.then ?? {})) {
			if (port === 'written') {
				if (key.startsWith('result')) expect(finished.rows('example')).toEqual(objects(table));
				continue;
			}
			const rows = finished.rows(`check_${port}`);
			expect(Object.keys(rows[0] ?? {})).toEqual(rows.length === 0 ? [] : schemas[port as OutPort]?.map((field) => field.name));
			if (example.ordered === true) expect(rows).toEqual(objects(table));
			else expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(new Set(objects(table).map((row) => JSON.stringify(row))));
			expect(rows.length).toBe(table.rows.length);
		}
	});
});
