import { describe, expect, test } from 'vitest';
import type { ComponentDefinition, ComponentExample } from '../../../src/catalogue/component.ts';
import { COMPONENTS } from '../../../src/catalogue/index.ts';
import type { OpenConnection } from '../../../src/connectors/connector.ts';
import type { OnError, Plan, RunSettings } from '../../../src/plan/plan.ts';
import { build, examplePackage } from '../catalogue/makers.ts';
import { openCode } from './support/code.ts';
import { examplePlan, objects, outsideOf } from './support/example-plan.ts';
import { MemoryApi } from './support/http-api.ts';
import { type FinishedRun, run } from './support/run.ts';
import { SPOILED, type Spoiled } from './support/spoiled.ts';
import type { MemoryTables } from './support/table-store.ts';
import { VARIANTS } from './support/variants.ts';

/** Every component whose rows can fail, under every on_error: its own example with two rows that fail behind those that do not. */
const dataflow = COMPONENTS.filter(({ category }) => category !== 'task') as unknown as readonly ComponentDefinition[];
const fallible = dataflow.filter(({ outputs }) => outputs.includes('dead_letter'));
const cases = fallible.flatMap((definition) =>
	(SPOILED[definition.key] ?? []).map((spoiled) => ({
		key: definition.key,
		what: `${spoiled.class}${spoiled.field === null ? '' : ` of ${spoiled.field}`}`,
		definition,
		spoiled,
	})),
);
const BAD = 2;

test('every component whose rows can fail is tried', () => {
	expect(Object.keys(SPOILED).sort()).toEqual(fallible.map(({ key }) => key).sort());
});

describe.each(Object.entries(VARIANTS))('%s', (_, variant) => {
	describe.each(cases)('$key: $what', ({ definition, spoiled }) => {
		const attempt = (onError: OnError, maxErrors: RunSettings['maxErrors'] = null) => spoiledRun(definition, spoiled, onError, maxErrors, variant);
		const good = goodExample(definition, spoiled);
		const read = spoiled.read ?? (good.given[0]?.rows.length ?? 0) + BAD;
		const told = { component: 'example', class: spoiled.class, field: spoiled.field };

		test('fail: the first bad row ends the run, named, and nothing is written', async () => {
			const { finished, written } = await attempt('fail');
			expect(finished.outcome).toMatchObject({ state: 'failed', failures: [{ ...told, row: read - 1 }] });
			expect(finished.rows('check_out')).toEqual([]);
			expect(finished.badRecords).toMatchObject([{ ...told, row: read - 1 }]);
			expect(written()).toEqual(beforehand(definition, good));
		});

		test('skip: both are left out, counted and kept', async () => {
			const { finished, written } = await attempt('skip');
			expect(finished.outcome).toMatchObject({ state: 'completed' });
			expect(finished.errorClasses).toEqual([{ component: 'example', class: spoiled.class, count: BAD }]);
			expect(portsOf(finished, good)).toEqual(expectedPorts(good));
			expect(written()).toEqual(afterwards(definition, good));
			expect(finished.badRecords).toMatchObject([
				{ ...told, row: read - 1 },
				{ ...told, row: read },
			]);
		});

		test('dead_letter: both leave by that port, with what was wrong', async () => {
			const { finished, written } = await attempt('dead_letter');
			expect(finished.outcome.state).toBe('completed');
			expect(portsOf(finished, good)).toEqual(expectedPorts(good));
			expect(written()).toEqual(afterwards(definition, good));
			const row = (number: number) => ({
				...spoiled.dead,
				_component: 'example',
				_row_number: number,
				_error_class: spoiled.class,
				_error_field: spoiled.field,
				_error_message: expect.stringMatching(/./),
			});
			expect(finished.rows('check_dead_letter')).toEqual([row(read - 1), row(read)]);
			expect(finished.badRecords).toHaveLength(BAD);
		});

		test('null_field: only what failed is null, or it is refused where rows fail as a whole', async () => {
			if (spoiled.nulled === undefined) {
				const result = build(spoiledPackage(definition, good, 'null_field'));
				expect('faults' in result && result.faults).toMatchObject([
					{ path: `components[0].${definition.key}.on_error`, hint: 'valid: fail, skip, dead_letter' },
				]);
				return;
			}
			const { finished } = await attempt('null_field');
			expect(finished.outcome.state).toBe('completed');
			const nulled = spoiled.nulled === null ? [] : [spoiled.nulled, spoiled.nulled];
			expect(finished.rows('check_out')).toEqual([...(expectedPorts(good)['out'] ?? []), ...nulled]);
			expect(finished.badRecords).toMatchObject([told, told]);
		});

		test('max_errors: as many as are allowed, by number and by share, and not one more', async () => {
			const ended = async (maxErrors: RunSettings['maxErrors']) => (await attempt('skip', maxErrors)).finished.outcome;
			expect(await ended({ count: BAD })).toMatchObject({ state: 'completed' });
			const tooMany = { state: 'failed', failures: [{ component: 'example', class: 'too_many_errors' }] };
			expect(await ended({ count: BAD - 1 })).toMatchObject(tooMany);
			expect(await ended({ fraction: BAD / read })).toMatchObject({ state: 'completed' });
			expect(await ended({ fraction: BAD / read - 0.01 })).toMatchObject(tooMany);
		});
	});
});

test.each(dataflow.filter(({ outputs }) => !outputs.includes('dead_letter')).map((definition) => ({ key: definition.key, definition })))(
	'$key: no row can fail in it, and whoever sets on_error is told so',
	({ definition }) => {
		const [example] = definition.examples;
		for (const onError of ['skip', 'null_field', 'dead_letter']) {
			const config = { ...example?.config, on_error: onError };
			const result = build(examplePackage(definition, { ...(example as ComponentExample), config }));
			const told = [...result.warnings, ...('faults' in result ? result.faults : [])].map(({ path, message }) => `${path}: ${message}`);
			expect(told).toContain(`components[0].${definition.key}.on_error: on_error has no effect: no single row can fail here`);
		}
	},
);

function goodExample(definition: ComponentDefinition, spoiled: Spoiled): ComponentExample {
	const example = definition.examples[spoiled.example ?? 0] as ComponentExample;
	const given = example.given.map((table, i) => (i === 0 && spoiled.good !== undefined ? { ...table, rows: spoiled.good } : table));
	return { ...example, config: { ...example.config, ...spoiled.config }, given };
}

function spoiledPackage(definition: ComponentDefinition, example: ComponentExample, onError: OnError) {
	return examplePackage(definition, { ...example, config: { ...example.config, on_error: onError } });
}

interface Attempt {
	readonly finished: FinishedRun;
	/** What the destination holds; empty for other components. */
	written(): readonly unknown[];
}

async function spoiledRun(
	definition: ComponentDefinition,
	spoiled: Spoiled,
	onError: OnError,
	maxErrors: RunSettings['maxErrors'],
	variant: object,
): Promise<Attempt> {
	const good = goodExample(definition, spoiled);
	const row = spoiled.row;
	const given = good.given.map((table, i) => (i === 0 && row !== undefined ? { ...table, rows: [...table.rows, row, row] } : table));
	const ports = onError === 'dead_letter' ? { dead_letter: { schema: {}, rows: [] } } : {};
	const { dead_letter: _, ...shown } = good.then ?? {};
	const example: ComponentExample = {
		...good,
		config: { ...good.config, on_error: onError },
		given,
		then: { ...shown, ...ports },
		...(spoiled.outside === undefined ? {} : { outside: spoiled.outside(good.outside ?? {}) }),
	};
	const { plan } = examplePlan(definition, example);
	const { connections, written } = refusing(definition, spoiled, example);
	const settled: Plan = { ...plan, settings: { ...plan.settings, maxErrors } };
	return { finished: await run(settled, { ...variant, connections, payload: example.outside?.payload ?? [], openCode }), written };
}

/** The outside, where a destination says no to the bad rows. */
function refusing(
	definition: ComponentDefinition,
	spoiled: Spoiled,
	example: ComponentExample,
): { connections: Record<number, OpenConnection>; written: Attempt['written'] } {
	const { connections } = outsideOf(example);
	const { refuses } = spoiled;
	if (refuses === undefined) return { connections, written: () => [] };
	if (definition.key === 'database_destination_component') {
		const tables = connections[2] as MemoryTables;
		tables.refuse = refuses;
		return { connections, written: () => tables.tables.get(String(example.config['table']))?.rows ?? [] };
	}
	const taken: unknown[] = [];
	const api = new MemoryApi(({ body }) => {
		const { properties } = JSON.parse(body ?? '{}') as { properties: Record<string, unknown> };
		const reason = refuses(properties);
		if (reason === null) taken.push(properties);
		return new Response(reason, { status: reason === null ? 200 : 422 });
	});
	return { connections: { ...connections, 3: api }, written: () => taken };
}

/** What a destination holds when nothing was written. Requests that were sent before the bad row cannot be taken back. */
function beforehand(definition: ComponentDefinition, example: ComponentExample): readonly unknown[] {
	if (definition.key === 'rest_api_destination_component') return afterwards(definition, example);
	return definition.category === 'destination' && example.outside?.table !== undefined ? objects(example.outside.table) : [];
}

function afterwards(definition: ComponentDefinition, example: ComponentExample): readonly unknown[] {
	if (definition.category !== 'destination' || example.then?.written === undefined) return [];
	const rows = objects(example.then.written);
	return definition.key === 'rest_api_destination_component' ? rows.map(({ name, age }) => ({ name, age })) : rows;
}

function expectedPorts(example: ComponentExample): Record<string, readonly Record<string, unknown>[]> {
	const shown = Object.entries(example.then ?? {}).filter(([port]) => port === 'out' || port === 'rejected');
	return Object.fromEntries(shown.map(([port, table]) => [port, objects(table)]));
}

function portsOf(finished: FinishedRun, example: ComponentExample): Record<string, readonly Record<string, unknown>[]> {
	return Object.fromEntries(Object.keys(expectedPorts(example)).map((port) => [port, finished.rows(`check_${port}`)]));
}
