import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { clickhouse } from '../../src/connectors/clickhouse/index.ts';
import type { ConnectorDefinition, ConnectorEnv, TableStore } from '../../src/connectors/connector.ts';
import { mysql } from '../../src/connectors/mysql/index.ts';
import { postgresql } from '../../src/connectors/postgresql/index.ts';
import { parseValue } from '../../src/data/text.ts';
import { typeName } from '../../src/data/type-names.ts';
import type { Field } from '../../src/data/types.ts';
import { knownSource, pushedDown, refuseOtherRows } from '../../src/engine/scan/pushed-down.ts';
import { mergeConditionOf } from '../../src/engine/sinks/merge-condition.ts';
import { checkExpression } from '../../src/expression/check.ts';
import { compile } from '../../src/expression/evaluate.ts';
import type { RowError } from '../../src/expression/ir.ts';
import { selectRows } from '../../src/expression/select.ts';
import { NO_VARIABLES } from '../../src/expression/variables.ts';
import { Secret } from '../../src/lib/secret.ts';
import type { SourceField, TableSource } from '../../src/plan/endpoints.ts';
import { randomPredicate } from '../unit/emit/random-predicate.ts';
import { RANDOM_SCHEMA, randomRow } from '../unit/expression/random-value.ts';
import { aBatch, aDestination, land, readAll, run } from './suite/rows.ts';

const { postgresql: pg, mysql: maria, clickhouse: house } = inject('servers');
const PREDICATES = 250;
const SEED = 20;

async function open(connector: ConnectorDefinition, config: object, password: string): Promise<TableStore> {
	const env = { fetch: fetch.bind(globalThis), allowPrivateHosts: true } as unknown as ConnectorEnv;
	return (await connector.open({ accountId: 1, config: { ...config }, secrets: { password: new Secret(password) } }, env)) as TableStore;
}

const tcp = ({ host, port, database, username }: typeof pg) => ({ host, port, database, username, ssl: 'disable' });

const SYSTEMS: readonly {
	readonly name: string;
	readonly there: boolean;
	open(): Promise<TableStore>;
	kept(cell: string, kind: string): string;
	readonly odd: readonly string[];
	readonly unlike: readonly string[];
}[] = [
	{
		name: 'postgresql',
		there: true,
		kept: (cell) => cell,
		open: () => open(postgresql, tcp(pg), pg.password),
		odd: [
			"CREATE COLLATION IF NOT EXISTS loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
			'CREATE TABLE odd_types (c character(5), n numeric, g text COLLATE loose, e text)',
		],
		unlike: ["c = 'a'", 'n = 1', "g = 'a'"],
	},
	{
		name: 'mysql',
		there: maria !== null,
		kept: (cell) => cell,
		open: () => open(mysql, tcp(maria ?? pg), maria?.password ?? ''),
		odd: ["CREATE TABLE odd_types (c enum('b', 'a'), n bigint unsigned, e text)"],
		unlike: ["c = 'a'", 'n = 1'],
	},
	{
		name: 'clickhouse',
		there: house !== null,
		// Its days begin with 1900.
		kept: (cell, kind) => (kind.startsWith('date') ? cell.replace(/^18/, '19') : cell),
		open: () => open(clickhouse, { url: house?.url, database: house?.database, username: house?.username }, house?.password ?? ''),
		odd: ["CREATE TABLE odd_types (c Enum8('b' = 1, 'a' = 2), n UInt64, e String) ENGINE = MergeTree ORDER BY e"],
		unlike: ["c = 'a'", 'n = 1'],
	},
];

const FIELDS: Readonly<Record<string, string>> = Object.fromEntries(RANDOM_SCHEMA.map(({ name, type }) => [name, typeName(type)]));

function sourceOf(table: string, fields: Readonly<Record<string, string>>, where: string): { source: TableSource; fields: SourceField[] } {
	const schema = Object.entries(aBatch(fields, []).schema).map(([, field]) => field);
	const checked = checkExpression(where, { schema, variables: NO_VARIABLES });
	if ('faults' in checked) throw new Error(`${where}: ${checked.faults.map(({ message }) => message).join(' ')}`);
	const list = schema.map(({ name, type }) => ({ source: name, name, type, format: null }));
	return {
		source: { kind: 'table', connection: 1, from: { schema: null, table }, where: checked.expr, splitBy: null, parallel: 1, fields: list },
		fields: list,
	};
}

describe.each(SYSTEMS)('merge conditions that $name is asked to decide', (system) => {
	const staged = { number: 'integer', amount: 'decimal(10,2)', label: 'string', at: 'datetime' };
	const schema = aBatch(staged, []).schema;
	const sides = [
		...schema.map((field) => ({ ...field, name: `source.${field.name}` })),
		...schema.map((field) => ({ ...field, name: `target.the ${field.name}` })),
	];
	function merge(table: string, text: string) {
		const checked = checkExpression(text, { schema: sides, variables: NO_VARIABLES });
		if ('faults' in checked) throw new Error(`${text}: ${checked.faults.map(({ message }) => message).join(' ')}`);
		const destination = aDestination(table, {}, { operation: 'merge_update_insert', mergeKeys: ['id'], mergeCondition: checked.expr });
		const columns = schema.map(({ name, type }) => ({ field: name, column: `the ${name}`, type }));
		return { ...destination, columns: [{ field: 'id', column: 'id', type: { kind: 'integer' as const } }, ...columns] };
	}
	const columns = { id: 'integer', 'the number': 'integer', 'the amount': 'decimal(10,2)', 'the label': 'string', 'the at': 'datetime' };

	test.runIf(system.there).each([
		['source.number > target."the number"', [2]],
		['source.amount >= target."the amount" and source.label <> target."the label"', [1]],
		['target."the at" is null or source.at > target."the at"', [1, 4]],
		['source.number in (1, 9) and target."the label" like \'b%\'', [2]],
	] as const)('change the rows for which it is true, and no others: %s', async (text, changed) => {
		const store = await system.open();
		const table = `merged_${changed.join('_')}_${text.length}`;
		await land(store, aDestination(table, columns), [
			aBatch(columns, [
				[1, 5, 100, 'a', 1000],
				[2, 5, 100, 'bb', 1000],
				[3, null, 100, 'c', 1000],
				[4, 5, null, 'd', null],
			]),
		]);
		const destination = merge(table, text);
		const rows = aBatch(columns, [
			[1, 1, 100, 'A', 2000],
			[2, 9, 50, 'B', 1000],
			[3, 7, 50, 'C', 1000],
			[4, 5, 200, 'D', 1000],
			[5, 0, 0, 'E', 0],
		]);
		const batch = { ...rows, schema: rows.schema.map((field) => ({ ...field, name: field.name.replace('the ', '') })) };
		await land(store, destination, [batch], { mergeCondition: await mergeConditionOf(store, destination) });
		const after = (await readAll(store, { schema: null, table }, { id: 'integer', 'the label': 'string' })).rows;
		const upper = after.filter(([, label]) => /^[A-D]$/.test(String(label))).map(([id]) => Number(id));
		expect(upper.sort()).toEqual(changed);
		expect(after).toHaveLength(5);
	});

	test.runIf(system.there)('are refused before any row where they are over a column of another type, or more than it can say exactly', async () => {
		const store = await system.open();
		await land(store, aDestination('merged_wide', { id: 'integer', 'the number': 'long' }), []);
		await expect(mergeConditionOf(store, merge('merged_wide', 'source.number > target."the number"'))).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining('compares the column the number'),
			hint: expect.stringContaining('Cast the field to long'),
		});
		await expect(mergeConditionOf(store, merge('merged_none', "source.label matches '(a|b)+'"))).rejects.toMatchObject({
			message: expect.stringContaining('does not decide exactly'),
		});
	});
});

describe.each(SYSTEMS)('conditions that $name is asked to decide', (system) => {
	test.runIf(system.there)(
		'pick the rows that we would pick, or are left to us',
		async () => {
			const store = await system.open();
			const sample = fc.sample(
				fc.tuple(fc.array(randomPredicate, { minLength: PREDICATES, maxLength: PREDICATES }), fc.array(randomRow, { minLength: 60, maxLength: 60 })),
				{
					numRuns: 1,
					seed: SEED,
				},
			);
			const [texts, cells] = sample[0] as [string[], (string | null)[][]];
			const value = (cell: string | null, { type }: Field) => (cell === null ? null : (parseValue(type, system.kept(cell, type.kind)) ?? null));
			const rows = cells.map((row, index) => [index, ...row.map((cell, column) => value(cell, RANDOM_SCHEMA[column] as Field))]);
			const fields = { row: 'integer', ...FIELDS };
			const batch = aBatch(fields, rows);
			await land(store, aDestination('conditions', fields), [batch]);
			const counts = { conditions: 0, decided: 0, rows: 0 };
			for (const text of texts) {
				const { source, fields: list } = sourceOf('conditions', fields, text);
				const { where, keep } = pushedDown(source, list, await knownSource(store, source, null), null);
				counts.conditions++;
				if (where === null || keep !== null) continue;
				counts.decided++;
				const errors: RowError[] = [];
				const { rows: selected, count } = selectRows(compile(source.where as never), batch, errors);
				const ours = [...selected.subarray(0, count)];
				const theirs = (await readAll(store, { schema: null, table: 'conditions' }, { row: 'integer' }, { where })).rows.map(([row]) => row as number);
				counts.rows += theirs.length;
				expect({ text, sql: where.sql, rows: theirs.sort((a, b) => a - b), errors }).toEqual({ text, sql: where.sql, rows: ours, errors: [] });
			}
			console.log(`${system.name} decides: ${JSON.stringify(counts)}`);
			expect(counts.decided).toBeGreaterThan(PREDICATES / 5);
		},
		120_000,
	);

	test.runIf(system.there)('are left to us where a column is of another type than it is read as', async () => {
		const store = await system.open();
		for (const statement of system.odd) await run(store, statement);
		const columns = (await store.describe({ schema: null, table: 'odd_types' })) ?? [];
		const fields = Object.fromEntries(columns.map(({ name, type }) => [name, typeName(type)]));
		const decide = async (where: string) => {
			const { source, fields: list } = sourceOf('odd_types', fields, where);
			return pushedDown(source, list, await knownSource(store, source, null), null);
		};
		for (const where of system.unlike) expect(await decide(where), where).toMatchObject({ where: null });
		const { where, keep } = await decide("e = 'x'");
		expect(keep).toBeNull();
		expect(where?.sql).toContain('e');
		// A read goes on only while the same rows are picked.
		expect(() => refuseOtherRows(store.dialect, where?.sql ?? null, where)).not.toThrow();
		expect(() => refuseOtherRows(store.dialect, where?.sql ?? null, null)).toThrow('columns of the table that is read have changed');
	});
});
