import { describe, expect, test } from 'vitest';
import { probes } from '../../../src/catalogue/build/probes.ts';
import type { Schema } from '../../../src/data/types.ts';
import { build, built, CONNECTIONS, NOW } from './makers.ts';

describe('discovery', () => {
	const definition = {
		components: [
			{ cloud_storage_source_component: { id: 'f', name: 'file', connection_id: 1, path: 'in/$day.csv' } },
			{ database_source_component: { id: 'd', name: 'named', connection_id: 2, table: 't', fields: [{ name: 'id', type: 'integer' }] } },
			{
				database_source_component: {
					id: 'w',
					name: 'where',
					connection_id: 2,
					table: 't',
					fields: [{ name: 'id', type: 'integer' }],
					where_clause: 'city = 1',
				},
			},
			{ payload_source_component: { id: 'p', name: 'payload' } },
			{ cloud_storage_source_component: { id: 'bad', name: 'bad', connection_id: 9, path: 'x.csv' } },
			{ union_component: { id: 'u', name: 'u' } },
			{ result_destination_component: { id: 'r', name: 'r' } },
		],
		edges: ['f', 'd', 'w', 'p'].map((source) => ({ source, target: 'u' })).concat({ source: 'u', target: 'r' }),
		variables: { day: '2024-01-31' },
	};
	const context = { purpose: 'save', connections: CONNECTIONS, now: NOW } as const;

	test('asks for sources whose columns are not all named, with their variables filled in', () => {
		expect(probes(definition, context).map(({ component, source }) => [component, source])).toMatchObject([
			['f', { kind: 'files', path: 'in/2024-01-31.csv', format: { type: 'delimited' }, fields: [] }],
			['w', { kind: 'table', from: { table: 't' } }],
			['p', { kind: 'payload' }],
		]);
	});

	test('has a fingerprint that changes with what is read, and not with values or names', () => {
		const of = (change: Readonly<Record<string, unknown>>, variables = definition.variables) =>
			probes(
				{ components: [{ cloud_storage_source_component: { id: 'f', name: 'file', connection_id: 1, path: 'in/$day.csv', ...change } }], variables },
				context,
			)[0]?.fingerprint;
		expect(of({ name: 'other', notes: 'x', header_row: true }, { day: 'x' })).toBe(of({}));
		expect(new Set([of({}), of({ path: 'other.csv' }), of({ delimiter: ';' }), of({ connection_id: 99 })]).size).toBe(4);
	});

	test('gives its columns to the plan', () => {
		const columns: Schema = [{ name: 'id', type: { kind: 'integer' } }];
		const wide: Schema = [...columns, { name: 'city', type: { kind: 'integer' } }];
		const discovered = new Map([
			['f', columns],
			['w', wide],
			['p', columns],
		]);
		const sound = { ...definition, components: definition.components.filter((component) => !JSON.stringify(component).includes('"bad"')) };
		expect(built(sound, { discovered }).schemas.get('u')).toEqual(columns);
	});

	test('that failed is a fault of the source, and what follows is checked without columns', () => {
		const discovered = new Map([['s', { message: 'no such file: in/x.csv', hint: 'list the folder' }]]);
		const failing = {
			components: [
				{ cloud_storage_source_component: { id: 's', name: 's', connection_id: 1, path: 'in/x.csv' } },
				{ sort_component: { id: 'o', name: 'o', keys: [{ field: 'a' }] } },
				{ result_destination_component: { id: 'r', name: 'r' } },
			],
			edges: [
				{ source: 's', target: 'o' },
				{ source: 'o', target: 'r' },
			],
		};
		const result = build(failing, { discovered });
		expect('faults' in result && result.faults).toEqual([
			{ code: 'discovery', component: 's', path: 'components[0].cloud_storage_source_component', message: 'no such file: in/x.csv', hint: 'list the folder' },
		]);
	});

	test('may be left to the run when a package is saved', () => {
		const payload = {
			components: [
				{ payload_source_component: { name: 'p' } },
				{ filter_component: { name: 'f', expression: 'anything > 1' } },
				{ result_destination_component: { name: 'r' } },
			],
			edges: [
				{ source: 'p', target: 'f' },
				{ source: 'f', target: 'r' },
			],
		};
		expect(build(payload, { purpose: 'save' })).toMatchObject({
			plan: null,
			warnings: [{ code: 'configuration', component: 'p', path: 'components[0].payload_source_component.fields' }],
		});
	});
});
