import { describe, expect, test } from 'vitest';
import { columns, faults, lower, operator, SALES } from './lowered.ts';

describe('destinations', () => {
	const file = (config: Readonly<Record<string, unknown>>, variables = {}) => {
		const { destination } = operator(lower('cloud_storage_destination_component', { connection_id: 1, path: 'out/', ...config }, [SALES], variables), 'sink');
		if (destination.kind !== 'files') throw new Error(destination.kind);
		return destination;
	};

	test('a file gets the extension it lacks', () => {
		expect(
			[
				{},
				{ file_name: 'a.txt' },
				{ compression: 'gzip' },
				{ file_name: 'a.csv.gz', compression: 'gzip' },
				{ format: 'ndjson', file_name: 'v1.2' },
				{ format: 'parquet' },
				{ delimiter: '\\t' },
			].map((config) => file(config).fileName),
		).toEqual(['part-00000.csv', 'a.txt', 'part-00000.csv.gz', 'a.csv.gz', 'v1.2.ndjson', 'part-00000.parquet', 'part-00000.tsv']);
		expect(file({ path: 'out/$day/' }, { day: '2024' }).path).toBe('out/2024');
	});

	test('overwrite is another spelling of replace_folder', () => {
		expect([file({}).ifExists, file({ overwrite: true }).ifExists, file({ if_exists: 'add', overwrite: false }).ifExists]).toEqual([
			'refuse',
			'replace_folder',
			'add',
		]);
		expect(faults('cloud_storage_destination_component', { connection_id: 1, path: 'o', overwrite: true, if_exists: 'add' }, [SALES])[0]).toContain(
			'overwrite: true means replace_folder',
		);
		expect(faults('cloud_storage_destination_component', { connection_id: 1, path: 'o', format: 'parquet', compression: 'gzip' }, [SALES])[0]).toContain(
			'compressed inside',
		);
		expect(faults('cloud_storage_destination_component', { connection_id: 1, path: 'o', file_name: '_x' }, [SALES])[0]).toContain('begins with . or _');
		expect(faults('cloud_storage_destination_component', { connection_id: 1, path: 'o', file_name: 'a/b' }, [SALES])[0]).toContain('holds a slash');
	});

	test('a table is written as mapped, with bound SQL around it', () => {
		const node = lower(
			'database_destination_component',
			{
				connection_id: 2,
				table: 't_$n',
				operation: 'merge_update_insert',
				merge_keys: ['key'],
				mapping: [{ field: 'id', column: 'key', type: 'long' }, { field: 'rate' }],
				merge_condition: 'source.rate > target.rate',
				pre_sql: 'delete from log where n = $n',
			},
			[SALES],
			{ n: 7 },
		);
		expect(operator(node, 'sink').destination).toMatchObject({
			schema: null,
			table: 't_7',
			mergeKeys: ['key'],
			columns: [
				{ field: 'id', column: 'key', type: { kind: 'long' } },
				{ field: 'rate', column: 'rate', type: { kind: 'double' } },
			],
			mergeCondition: { kind: 'call', arguments: [{ name: 'source.rate' }, { name: 'target.rate' }] },
			preSql: { sql: 'delete from log where n = ?', parameters: [{ type: { kind: 'integer' }, value: 7 }] },
			postSql: null,
			batchSize: 5000,
		});
		expect(columns(node)).toEqual(['id integer', 'rate double']);
	});

	test('a table refuses keys that are not written, and columns that are written twice', () => {
		const told = (config: Readonly<Record<string, unknown>>) =>
			faults('database_destination_component', { connection_id: 2, table: 't', ...config }, [SALES])[0];
		expect(told({ operation: 'merge_delete_insert', merge_keys: ['idd'] })).toContain('there is no column "idd"');
		expect(
			told({
				mapping: [
					{ field: 'id', column: 'a' },
					{ field: 'rate', column: 'a' },
				],
			}),
		).toContain('two fields go to the column a');
		expect(told({ mapping: [{ field: 'city', type: 'integer' }] })).toContain('mapping[0].type: city is string, which cannot become integer');
		expect(
			told({
				mapping: [
					{ field: 'id', type: 'decimal(12,2)' },
					{ field: 'day', type: 'datetime' },
					{ field: 'rate', type: 'string' },
				],
			}),
		).toBeUndefined();
		expect(told({ merge_condition: 'true' })).toContain('the operation is append');
		const merge = { operation: 'merge_update_insert', merge_keys: ['id'], mapping: [{ field: 'id' }] };
		expect(told({ ...merge, merge_condition: 'source.rate > 1' })).toContain('source.rate');
	});

	test('a request holds columns only where one row is sent', () => {
		const told = (config: Readonly<Record<string, unknown>>) => faults('rest_api_destination_component', { connection_id: 3, ...config }, [SALES])[0];
		expect(told({ body_template: '{"a": #{idd}}' })).toContain('body_template: there is no column "idd"');
		expect(told({ path: 'a/#{id}', batch_size: 2 })).toContain('a request carries several rows');
		expect(told({ headers: { 'X-Id': '#{id}' }, batch_size: 2 })).toContain('headers.X-Id: the header holds values of a row');
		expect(told({ headers: { 'X-Id': '#{idd}' } })).toContain('there is no column "idd"');
		expect(told({ body_template: 'id=#{id}', batch_size: 2 })).toContain('go into a JSON list, but this is no JSON');
		expect(told({ body_template: '{"a": "#{city}", "b": #{id}}', batch_size: 2 })).toBeUndefined();
		for (const config of [{ headers: { 'X-Note': 'of $note' } }, { body_template: '{"note": "$note"}' }]) {
			const all = faults('rest_api_destination_component', { connection_id: 3, ...config }, [SALES], { note: 'see #{city}' });
			expect(all).toMatchObject([expect.stringContaining('a variable in it has #{…} in its value')]);
		}
	});
});
