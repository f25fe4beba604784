import * as z from 'zod';
import { typeName } from '../../data/type-names.ts';
import type { DataType } from '../../data/types.ts';
import type { ProjectColumn } from '../../plan/operators.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { keep } from '../vocabulary/column.ts';
import { quoteName } from '../vocabulary/condition-text.ts';
import { isJsonPath } from '../vocabulary/json-path.ts';
import { columnName, distinctNames, readType, typeText } from '../vocabulary/names.ts';

const extract = z.strictObject({
	path: z.string().min(1).max(1000).describe("JSONPath from the value's root: `$.user.name`, `$.items[0]`, `$.items[*].id`, `$['odd name']`."),
	alias: columnName.describe('Name of the column; a column of the input of the same name is replaced.'),
	type: typeText.default('string').describe('Type of the column; json keeps objects and lists.'),
});

const config = z.strictObject({
	field: columnName.describe('Column of type string or json that holds JSON.'),
	extract: z.array(extract).min(1).max(1000).describe('What to take out of it.'),
});

export const parseJson = defineComponent({
	key: 'parse_json_component',
	category: 'transformation',
	name: 'Parse JSON',
	summary: 'Takes values out of a JSON column into columns of their own.',
	docs: 'All other columns are kept, the JSON too. What is not there is null; a text that is no JSON, or a value that is not of the type asked for, is a bad row.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out', 'dead_letter'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const field = context.column(config.field, 'field', schema);
		if (field !== null && field.type.kind !== 'string' && field.type.kind !== 'json') {
			context.fault('field', `${field.name} is ${typeName(field.type)}`, 'it must be string or json', 'columns');
			return null;
		}
		const taken = config.extract.map((item, i) => extracted(item, i, config.field, context));
		if (field === null || taken.includes(null)) return null;
		const columns = taken.filter((column) => column !== null);
		if (!distinctNames(columns, (i) => `extract[${i}].alias`, context)) return null;
		const replaced = new Map(columns.map((column) => [column.name, column]));
		const present = new Set(schema.map(({ name }) => name));
		const all = [...schema.map((other) => replaced.get(other.name) ?? keep(other)), ...columns.filter(({ name }) => !present.has(name))];
		return { operator: { kind: 'project', columns: all }, output: all.map(({ name, expr }) => ({ name, type: expr.type })) };
	},
	examples: [
		{
			title: 'A name, a number and a list',
			config: {
				field: 'body',
				extract: [
					{ path: '$.user.name', alias: 'name' },
					{ path: '$.total', alias: 'total', type: 'decimal(8,2)' },
					{ path: '$.tags', alias: 'tags', type: 'json' },
				],
			},
			given: [
				{
					schema: { body: 'string' },
					rows: [['{"user":{"name":"Ana"},"total":12.5,"tags":["a"]}'], ['{"user":{}}']],
				},
			],
			then: {
				out: {
					schema: { body: 'string', name: 'string', total: 'decimal(8,2)', tags: 'json' },
					rows: [
						['{"user":{"name":"Ana"},"total":12.5,"tags":["a"]}', 'Ana', 12.5, ['a']],
						['{"user":{}}', null, null, null],
					],
				},
			},
			ordered: true,
		},
	],
});

function extracted(item: z.output<typeof extract>, i: number, field: string, context: LowerContext): ProjectColumn | null {
	const type = readType(item.type, `extract[${i}].type`, context);
	if (!isJsonPath(item.path, `extract[${i}].path`, context) || type === null) return null;
	const expr = context.expression(extraction(field, item.path, type), `extract[${i}].path`, context.inputs[0] ?? []);
	return expr === null ? null : { name: item.alias, expr };
}

/** A path holds no variables: its dollars are the JSON's root. */
function extraction(field: string, path: string, type: DataType): string {
	const literal = `'${path.replaceAll("'", "''").replaceAll('$', '$$$$')}'`;
	const found = type.kind === 'json' ? `JsonQuery(${quoteName(field)}, ${literal})` : `JsonExtract(${quoteName(field)}, ${literal})`;
	return type.kind === 'json' || type.kind === 'string' ? found : `cast(${found} as ${typeName(type)})`;
}
