import { expect, test } from 'vitest';
import type { PackageDefinition, WrappedComponent } from '../../../src/model/package.ts';
import { packageTargets } from '../../../src/operations/packages/targets.ts';

const aPackage = (components: readonly WrappedComponent[], variables: PackageDefinition['variables'] = {}): PackageDefinition => ({
	flow_type: 'dataflow',
	components,
	edges: [],
	variables,
	settings: {},
});
const told = (definition: PackageDefinition) => packageTargets(definition).map(({ direction, kind, name, place }) => [direction, kind, name, place]);

test('targets are tables, also inside SQL, files and paths of APIs', () => {
	const found = packageTargets(
		aPackage([
			{ database_source_component: { id: 'a', name: 'from a', connection_id: 2, table: 'Orders', schema_name: 'Sales' } },
			{ snowflake_destination_component: { id: 'b', name: 'to b', connection_id: 3, table: 'customers', pre_sql: 'delete from staging' } },
		]),
	);
	expect(found).toEqual([
		{ direction: 'read', kind: 'table', name: 'orders', place: 'Sales.Orders', component: 'from a', connection_id: 2 },
		{ direction: 'write', kind: 'table', name: 'customers', place: 'customers', component: 'to b', connection_id: 3 },
		{ direction: 'write', kind: 'table', name: 'staging', place: 'staging', component: 'to b', connection_id: 3 },
	]);
	expect(
		told(
			aPackage([
				{ cloud_storage_source_component: { name: 'c', connection_id: 1, path: 'in/2024/*.csv' } },
				{ cloud_storage_destination_component: { name: 'd', connection_id: 1, path: 'out', file_name: 'totals' } },
				{ rest_api_source_component: { name: 'e', connection_id: 4, path: '/v1/orders/?page=1' } },
				{ http_call_component: { name: 'f', connection_id: 4, path: 'v1/done', method: 'POST' } },
				{ move_file_component: { name: 'g', from: { connection_id: 1, path: 'in/' }, to: { connection_id: 1, path: 'done/a.csv' } } },
				{ select_component: { name: 'h', columns: [] } },
			]),
		),
	).toEqual([
		['read', 'files', '/in/2024/', 'in/2024/*.csv'],
		['write', 'files', '/out/', 'out/totals'],
		['read', 'api', '/v1/orders', '/v1/orders/?page=1'],
		['write', 'api', '/v1/done', 'v1/done'],
		['read', 'files', '/in/', 'in/'],
		['write', 'files', '/done/', 'done/a.csv'],
	]);
});

test('variables stand for their defaults, but for secret ones and those that have none', () => {
	const variables = {
		day: '2024-01-31',
		area: { type: 'string', default: 'north' },
		key: { type: 'string', default: 'canary', secret: true },
		when: { type: 'string' },
	};
	const components = ['orders_$day', 'orders_${area}', 'orders_$key', 'orders_$when'].map((table, i) => ({
		database_source_component: { name: `s${i}`, table },
	}));
	expect(told(aPackage(components, variables)).map(([, , , place]) => place)).toEqual(['orders_2024-01-31', 'orders_north', 'orders_$key', 'orders_$when']);
});
