import { describe, expect, test } from 'vitest';
import { around, build, built, CONNECTIONS } from './makers.ts';

const flights = {
	components: [
		{
			cloud_storage_source_component: {
				name: 'Flights',
				connection_id: 1,
				path: 'flights-$year.csv',
				fields: [{ name: 'origin' }, { name: 'count', type: 'integer' }],
			},
		},
		{ aggregate_component: { name: 'per origin', group_by: ['origin'], aggregates: [{ function: 'sum', field: 'count', alias: 'flights' }] } },
		{ database_destination_component: { id: 'out', name: 'busiest', connection_id: 2, table: 'busiest_airports', operation: 'truncate_and_insert' } },
	],
	edges: [
		{ source: 'Flights', target: 'per origin' },
		{ id: 'last', source: 'per_origin', target: 'out' },
	],
	variables: { year: { type: 'integer', default: 2008 } },
	settings: { max_errors: '1%' },
};

describe('a sound package', () => {
	const result = built(flights);

	test('becomes a plan in the order of its edges', () => {
		expect(result.nodes.map(({ id, component, inputs, onError }) => [id, component, inputs, onError])).toEqual([
			['flights', { id: 'flights', name: 'Flights', type: 'cloud_storage_source_component' }, [], 'fail'],
			['per_origin', { id: 'per_origin', name: 'per origin', type: 'aggregate_component' }, [{ node: 'flights', port: 'out' }], 'fail'],
			['out', { id: 'out', name: 'busiest', type: 'database_destination_component' }, [{ node: 'per_origin', port: 'out' }], 'fail'],
		]);
		expect(result.plan?.settings).toEqual({ maxErrors: { fraction: 0.01 }, timeoutMinutes: null, contracts: { columns: 'evolve', dataType: 'freeze' } });
		expect(JSON.parse(JSON.stringify(result.plan))).toEqual(result.plan);
	});

	test('is kept with ids and edges by id, and without defaults', () => {
		expect(result.definition).toEqual({
			flow_type: 'dataflow',
			components: [
				{ cloud_storage_source_component: { id: 'flights', ...flights.components[0]?.cloud_storage_source_component } },
				{ aggregate_component: { id: 'per_origin', ...flights.components[1]?.aggregate_component } },
				flights.components[2],
			],
			edges: [
				{ id: 'edge_1', source: 'flights', target: 'per_origin' },
				{ id: 'last', source: 'per_origin', target: 'out' },
			],
			variables: flights.variables,
			settings: flights.settings,
		});
	});

	test('is the same when what was kept is built again', () => {
		expect(built(result.definition)).toEqual(result);
	});

	test('says what it uses, with which values, and which columns it has', () => {
		expect(result.connections).toEqual([
			{ ...CONNECTIONS[0], components: ['flights'] },
			{ ...CONNECTIONS[1], components: ['out'] },
		]);
		expect(result.variables).toEqual([{ name: 'year', type: { kind: 'integer' }, value: 2008, secret: false, unset: false }]);
		expect([...result.schemas].map(([id, schema]) => [id, schema.map((field) => field.name)])).toEqual([
			['flights', ['origin', 'count']],
			['per_origin', ['origin', 'flights']],
			['out', ['origin', 'flights']],
		]);
		expect(result.warnings).toEqual([]);
	});

	test('takes the values of the run', () => {
		expect(built(flights, { values: { year: 2009 } }).nodes[0]?.operator).toMatchObject({ source: { path: 'flights-2009.csv' } });
	});
});

describe('ports', () => {
	test('a join takes its edges in order, and self-joins by port', () => {
		const source = { payload_source_component: { id: 's', name: 's', fields: [{ name: 'id' }] } };
		const join = { join_component: { id: 'j', name: 'j', keys: [{ left: 'id', right: 'id' }] } };
		const end = { result_destination_component: { id: 'r', name: 'r' } };
		const edges = [
			{ source: 's', target: 'j', target_port: 'right' },
			{ source: 's', target: 'j', target_port: 'left' },
			{ source: 'j', target: 'r' },
		];
		expect(built({ components: [join, source, end], edges }).nodes.map(({ id, inputs }) => [id, inputs.length])).toEqual([
			['s', 0],
			['j', 2],
			['r', 1],
		]);
	});

	test('dead letters carry the row and what was wrong with it, those of dead letters only the latest reason', () => {
		const definition = {
			components: [
				{ payload_source_component: { id: 's', name: 's', fields: [{ name: 'n', type: 'integer' }], on_error: 'dead_letter' } },
				{ assert_component: { id: 'a', name: 'a', expression: 'n > 0', message: 'm', on_error: 'dead_letter' } },
				...['good', 'bad'].map((name) => ({ result_destination_component: { id: name, name } })),
			],
			edges: [
				{ source: 's', target: 'a', source_port: 'dead_letter' },
				{ source: 'a', target: 'good' },
				{ source: 'a', target: 'bad', source_port: 'dead_letter' },
			],
		};
		const { schemas, nodes } = built(definition);
		const columns = ['n integer', '_component string', '_row_number long', '_error_class string', '_error_field string', '_error_message string'];
		const shown = (id: string) => schemas.get(id)?.map(({ name, type }) => `${name} ${type.kind}`);
		expect([shown('a'), shown('good'), shown('bad')]).toEqual([columns, columns, columns]);
		expect(nodes.find(({ id }) => id === 'bad')?.inputs).toEqual([{ node: 'a', port: 'dead_letter' }]);
	});
});

describe('warnings', () => {
	const warnings = (definition: unknown, purpose: 'save' | 'run' = 'save') =>
		build(definition, { purpose }).warnings.map(({ path, message }) => `${path}: ${message}`);

	test('are told of rows that go nowhere', () => {
		expect(warnings({ components: [{ payload_source_component: { name: 'p', fields: [{ name: 'a' }] } }] })).toEqual([
			'components: the package has no destination: its rows go nowhere',
			'components[0].payload_source_component: the rows of "p" go nowhere',
		]);
	});

	test('are told of settings without effect', () => {
		expect(warnings(around('sort_component', { keys: [{ field: 'a' }], on_error: 'skip' }, [{ a: 'string' }]))).toEqual([
			'components[0].sort_component.on_error: on_error has no effect: no single row can fail here',
		]);
		expect(warnings(around('database_destination_component', { connection_id: 2, table: 't', merge_keys: ['a'] }, [{ a: 'string' }]))).toEqual([
			'components[0].database_destination_component.merge_keys: merge_keys has no effect with operation append',
		]);
	});

	test('are told of a dead letter edge that no row takes', () => {
		const definition = around('filter_component', { expression: 'a > 1' }, [{ a: 'integer' }]);
		const edges = [...definition.edges, { source: 'example', target: 'dead', source_port: 'dead_letter' }];
		expect(warnings({ ...definition, components: [...definition.components, { result_destination_component: { id: 'dead', name: 'dead' } }], edges })).toEqual([
			'edges[2]: no row ever takes this edge: on_error of "example" is fail',
		]);
	});
});

test('a package of 500 components and one of 10,000 columns are checked: a quadratic step would take longer than a test may', () => {
	const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`c${i}`, 'integer']));
	const columns = Object.keys(wide).map((name) => ({ expression: `${name} + 1`, alias: name }));
	expect(built(around('select_component', { columns }, [wide])).schemas.get('result')).toHaveLength(10_000);
	const steps = Array.from({ length: 498 }, (_, i) => ({
		select_component: { id: `s${i}`, name: `s${i}`, columns: [{ expression: `a + ${i}`, alias: 'a' }] },
	}));
	const components = [
		{ payload_source_component: { id: 'p', name: 'p', fields: [{ name: 'a', type: 'long' }] } },
		...steps,
		{ result_destination_component: { id: 'r', name: 'r' } },
	];
	const ids = components.map((component) => (Object.values(component)[0] as { id: string }).id);
	expect(built({ components, edges: ids.slice(1).map((target, i) => ({ source: ids[i], target })) }).nodes).toHaveLength(500);
});

test('the example of the public format is sound', () => {
	const published = {
		components: [
			{
				cloud_storage_source_component: {
					id: 'flights',
					name: 'flights',
					connection_id: 1,
					path: 'flights-airport.csv',
					record_type: 'delimited',
					header_row: true,
					fields: [
						{ name: 'origin', type: 'string' },
						{ name: 'count', type: 'integer' },
					],
				},
			},
			{
				aggregate_component: {
					id: 'per_origin',
					name: 'per origin',
					group_by: ['origin'],
					aggregates: [{ function: 'sum', field: 'count', alias: 'flights' }],
				},
			},
			{ database_destination_component: { id: 'out', name: 'busiest', connection_id: 2, table: 'busiest_airports', operation: 'truncate_and_insert' } },
		],
		edges: [
			{ source: 'flights', target: 'per_origin' },
			{ source: 'per_origin', target: 'out' },
		],
		settings: { max_errors: 0, timeout_minutes: 60, contracts: { columns: 'evolve', data_type: 'freeze' } },
	};
	const { plan, warnings } = built(published);
	expect([plan?.settings, warnings]).toEqual([{ maxErrors: { count: 0 }, timeoutMinutes: 60, contracts: { columns: 'evolve', dataType: 'freeze' } }, []]);
});
