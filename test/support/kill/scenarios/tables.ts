import { embeddedTable } from '../embedded-tables.ts';
import { FIELDS } from '../numbers.ts';
import { chain, difference, type Look, type Scenario, type World } from '../scenario.ts';

/** Rows that are there before: some that the run brings too, and some that it does not. */
const SEEDED = [...Array.from({ length: 200 }, (_, i) => i * 5), ...Array.from({ length: 200 }, (_, i) => -1 - i)];
const SEED_ROW = (id: number) => ({ id, v: -7, note: 'old' });
const wanted = ({ numbers }: World) => numbers.all.filter((n) => n % 5 === 0);

type Rows = (world: World) => readonly Readonly<Record<string, unknown>>[];

const written = (note: string | null) => (id: number) => ({ id, v: id * 2, note });
const others: Rows = () => SEEDED.filter((id) => id < 0).map(SEED_ROW);

/** What each operation leaves, by what package-format says of it. */
const RESULTS: Readonly<Record<string, Rows>> = {
	append: (world) => [...SEEDED.map(SEED_ROW), ...wanted(world).map(written(null))],
	truncate_and_insert: (world) => wanted(world).map(written(null)),
	delete_and_insert: (world) => wanted(world).map(written(null)),
	merge_delete_insert: (world) => [...others(world), ...wanted(world).map(written(null))],
	merge_update_insert: (world) => [...others(world), ...wanted(world).map((id) => written(SEEDED.includes(id) ? 'old' : null)(id))],
};

export const OPERATIONS = Object.keys(RESULTS);

/** Rows whose keys are there already are refused one by one, and skipped: systems whose keys refuse rows. */
export const AROUND_KEYS = 'append around keys';

const aroundKeys: Rows = (world) => [
	...SEEDED.map(SEED_ROW),
	...wanted(world)
		.filter((n) => !SEEDED.includes(n))
		.map(written(null)),
];

/** A table as it is found: null where there is none. */
export interface FoundTable {
	readonly rows: readonly Readonly<Record<string, unknown>>[] | null;
	readonly staged: number;
}

/** One operation of the database destination on one system. */
export function toTable(system: string, operation: string, find: (world: World, table: string) => Promise<FoundTable>): Scenario {
	const destination = (world: World, table: string, more: object) =>
		['database_destination', { id: 'out', connection_id: world.connections[system], table, batch_size: 2000, ...more }] as const;
	// A table that a merge makes has its keys unique.
	const seed = operation === AROUND_KEYS ? { operation: 'merge_update_insert', merge_keys: ['id'] } : { operation: 'append' };
	const merge = operation.startsWith('merge_') ? { merge_keys: ['id'] } : {};
	const writes = operation === AROUND_KEYS ? { operation: 'append', on_error: 'skip' } : { operation, ...merge };
	const results = RESULTS[operation] ?? aroundKeys;
	return {
		name: `${system} ${operation}`,
		covers: `CSV → filter → select → ${operation} into a table with rows in it`,
		async prepare(world, assistant, table) {
			const fields = [
				{ name: 'id', type: 'integer' },
				{ name: 'v', type: 'long' },
				{ name: 'note', type: 'string' },
			];
			const graph = chain(['payload_source', { id: 'in', fields }], destination(world, table, seed));
			const { package_id } = await assistant.call<{ package_id: number }>('create_package', { name: `seed of ${table}`, flow_type: 'dataflow', ...graph });
			const run = await assistant.call<{ status: string }>('run_package', { package_id, payload: SEEDED.map(SEED_ROW), wait_seconds: 30 });
			if (run.status !== 'completed') throw new Error(`the seed of ${table} is ${run.status}`);
		},
		graph: (world, table) =>
			chain(
				['cloud_storage_source', { id: 'in', connection_id: world.connections['r2'], path: 'numbers.csv', fields: FIELDS }],
				['filter', { id: 'kept', expression: 'n % 5 = 0' }],
				[
					'select',
					{
						id: 'rows',
						columns: [
							{ expression: 'n', alias: 'id' },
							{ expression: 'cast(n as long) * 2', alias: 'v' },
						],
					},
				],
				destination(world, table, writes),
			),
		async look(world, table): Promise<Look> {
			const { rows } = await find(world, table);
			if (rows === null) return 'wrong: the table is gone';
			const found = texts(rows);
			if (difference(found, texts(SEEDED.map(SEED_ROW))) === null) return 'before';
			const differs = difference(found, texts(results(world)));
			return differs === null ? 'after' : `wrong: ${differs}`;
		},
		leftovers: async (world, table) => (await find(world, table)).staged,
	};
}

/** In one order, whatever the database's types come out as. */
function texts(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
	return rows.map(({ id, v, note }) => `${String(id)}|${String(v)}|${note === undefined || note === null ? '' : String(note)}`).sort();
}

export const EMBEDDED_SCENARIOS: readonly Scenario[] = [...OPERATIONS, AROUND_KEYS].map((operation) =>
	toTable('sqlite', operation, ({ state }, table) => embeddedTable(state, table)),
);
