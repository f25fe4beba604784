import { gunzipSync } from 'node:zlib';
import { FIELDS } from '../numbers.ts';
import { chain, difference, type Graph, type Look, type Scenario, type World } from '../scenario.ts';
import { type StoredFiles, storedFiles } from '../stored-files.ts';
import { parquetRows } from './parquet-rows.ts';

type Lines = (content: Buffer) => string[] | Promise<string[]>;

interface Expected {
	readonly path: string;
	readonly lines: Lines;
	wanted(world: World): readonly string[];
}

const csvLines: Lines = (content) => content.toString().trimEnd().split(/\r?\n/).slice(1);
const source = (world: World) => ['cloud_storage_source', { id: 'in', connection_id: world.connections['r2'], path: 'numbers.csv', fields: FIELDS }] as const;
const file = (world: World, target: string, more: object = {}) =>
	['cloud_storage_destination', { id: 'out', connection_id: world.connections['r2'], path: target, file_name: 'rows', ...more }] as const;

function toFiles(
	name: string,
	covers: string,
	graph: (world: World, target: string) => Graph,
	expected: readonly Expected[],
	filesOf: (world: World) => Promise<StoredFiles> = ({ state }) => storedFiles(state),
): Scenario {
	return {
		name,
		covers,
		graph,
		async look(world, target): Promise<Look> {
			const stored = await filesOf(world);
			const there = stored.paths(`${target}/`);
			if (there.length === 0) return 'before';
			for (const path of there) {
				const expectation = expected.find((each) => path === `${target}/${each.path}`);
				if (expectation === undefined) return `wrong: ${path} was not asked for`;
				const differs = difference(await expectation.lines(await stored.content(path)), expectation.wanted(world));
				if (differs !== null) return `wrong: ${path}: ${differs}`;
			}
			return there.length === expected.length ? 'after' : 'some destinations of several';
		},
		leftovers: async (world, target) => (await filesOf(world)).strayParts(`${target}/`),
	};
}

const kept = ({ numbers }: World) => numbers.all.filter((n) => n % 10 !== 3);
const doubled = (world: World) => kept(world).map((n) => `${n},${n * 2}`);
const select = [
	'select',
	{
		id: 'doubled',
		columns: [
			{ expression: 'n', alias: 'n' },
			{ expression: 'n * 2', alias: 'twice' },
		],
	},
] as const;

/** Nine tenths of the file, texts and all, as one file of many parts on another storage. */
export function toStore(system: string, filesOf: () => Promise<StoredFiles>): Scenario {
	const fields = [...FIELDS, { name: 'filler', type: 'string' }];
	const columns = ['n', 'filler'].map((name) => ({ expression: name, alias: name }));
	return toFiles(
		system,
		'CSV → filter → select → NDJSON of many parts',
		(world, target) =>
			chain(
				['cloud_storage_source', { id: 'in', connection_id: world.connections['r2'], path: 'numbers.csv', fields }],
				['filter', { id: 'kept', expression: 'kind <> 3' }],
				['select', { id: 'rows', columns }],
				['cloud_storage_destination', { id: 'out', connection_id: world.connections[system], path: target, file_name: 'rows', format: 'ndjson' }],
			),
		[
			{
				path: 'rows.ndjson',
				lines: (content) =>
					content
						.toString()
						.trimEnd()
						.split('\n')
						.map((line) => {
							const { n, filler } = JSON.parse(line) as { n: number; filler: string };
							return filler.endsWith('x, a\nb') ? String(n) : `${n} with the text ${filler}`;
						}),
				wanted: (world) => kept(world).map(String),
			},
		],
		filesOf,
	);
}

export const FILE_SCENARIOS: readonly Scenario[] = [
	toFiles(
		'row-wise',
		'CSV → filter → select → CSV',
		(world, target) => chain(source(world), ['filter', { id: 'kept', expression: 'kind <> 3' }], select, file(world, target)),
		[{ path: 'rows.csv', lines: csvLines, wanted: doubled }],
	),
	toFiles(
		'formats',
		'CSV → NDJSON with gzip, JSON and Parquet at once',
		(world, target) => {
			const { components, edges } = chain(source(world), ['filter', { id: 'kept', expression: 'kind <> 3' }], select);
			const sinks = [{ format: 'ndjson', compression: 'gzip' }, { format: 'json' }, { format: 'parquet' }].map((more) => {
				const [type, fields] = file(world, target, { ...more, if_exists: 'add', id: more.format });
				return { [`${type}_component`]: { name: more.format, ...fields } };
			});
			return {
				components: [...components, ...sinks],
				edges: [...edges, ...['ndjson', 'json', 'parquet'].map((id) => ({ source: 'doubled', target: id }))],
			};
		},
		[
			{ path: 'rows.ndjson.gz', lines: (content) => gunzipSync(content).toString().trimEnd().split('\n').map(values), wanted: doubled },
			{ path: 'rows.json', lines: (content) => (JSON.parse(content.toString()) as object[]).map((row) => Object.values(row).join()), wanted: doubled },
			{ path: 'rows.parquet', lines: async (content) => (await parquetRows(content)).map((row) => Object.values(row).join()), wanted: doubled },
		],
	),
	toFiles(
		'sort',
		'CSV → sort of all rows, spilled → CSV',
		(world, target) => chain(source(world), ['sort', { id: 'sorted', keys: [{ field: 'key', direction: 'desc' }] }], file(world, target)),
		[
			{
				path: 'rows.csv',
				lines: csvLines,
				wanted: ({ numbers }) =>
					numbers.all
						.map((n) => [n, numbers.keyOf(n)] as const)
						.sort((a, b) => b[1] - a[1])
						.map(([n, key]) => `${n},${n % 10},${key}`),
			},
		],
	),
	toFiles(
		'join',
		'two CSV → join on a key of every row, spilled → aggregate by it → sort → CSV',
		(world, target) => {
			const right = { id: 'right', name: 'right', connection_id: world.connections['r2'], path: 'numbers.csv', fields: FIELDS };
			const { components, edges } = chain(
				source(world),
				['join', { id: 'joined', keys: [{ left: 'key', right: 'n' }] }],
				[
					'aggregate',
					{
						id: 'sums',
						group_by: ['n'],
						aggregates: [
							{ function: 'sum', field: 'right_key', alias: 'total' },
							{ function: 'count_all', alias: 'rows' },
						],
					},
				],
				['sort', { id: 'sorted', keys: [{ field: 'n' }] }],
				file(world, target),
			);
			return {
				components: [{ cloud_storage_source_component: right }, ...components],
				edges: [...edges, { source: 'right', target: 'joined', target_port: 'right' }],
			};
		},
		[{ path: 'rows.csv', lines: csvLines, wanted: ({ numbers }) => numbers.all.map((n) => `${n},${numbers.keyOf(numbers.keyOf(n))},1`) }],
	),
	toFiles(
		'window',
		'CSV → row_number and running sum by partition, spilled → distinct → sort → CSV',
		(world, target) =>
			chain(
				source(world),
				[
					'window',
					{
						id: 'ranked',
						partition_by: ['kind'],
						sort: [{ field: 'n' }],
						functions: [
							{ function: 'row_number', alias: 'place' },
							{ function: 'sum', field: 'n', alias: 'running' },
						],
					},
				],
				['select', { id: 'narrow', columns: ['n', 'place', 'running'].map((name) => ({ expression: name, alias: name })) }],
				['distinct', { id: 'once' }],
				['sort', { id: 'sorted', keys: [{ field: 'n' }] }],
				file(world, target),
			),
		[
			{
				path: 'rows.csv',
				lines: csvLines,
				// The k-th row of a kind is kind + 10 k.
				wanted: ({ numbers }) =>
					numbers.all.map((n) => {
						const place = Math.floor(n / 10) + 1;
						return `${n},${place},${(n % 10) * place + 5 * place * (place - 1)}`;
					}),
			},
		],
	),
];

function values(line: string): string {
	return Object.values(JSON.parse(line) as object).join();
}
