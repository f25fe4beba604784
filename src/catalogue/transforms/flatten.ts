import * as z from 'zod';
import type { Field, Schema } from '../../data/types.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { columnName, distinctNames, readType, typeText } from '../vocabulary/names.ts';

const spreadColumn = z.strictObject({
	name: columnName.describe('Key of the object.'),
	type: typeText.default('string').describe('Type of the column.'),
	alias: columnName.optional().describe('Name of the column; `name` where left out.'),
});

const config = z.strictObject({
	field: columnName.describe('Column of type json that holds a list.'),
	alias: columnName.optional().describe('Name of the column with the element; the field itself where left out, which it then replaces.'),
	spread: z.boolean().default(false).describe('The elements are objects: their keys become columns in place of the field.'),
	columns: z.array(spreadColumn).min(1).max(1000).optional().describe('With spread: the keys to take, in order.'),
	keep_empty: z.boolean().default(false).describe('Keep rows whose list is empty or null, with null in place of the element.'),
});

type Config = z.output<typeof config>;

export const flatten = defineComponent({
	key: 'flatten_component',
	category: 'transformation',
	name: 'Flatten',
	summary: 'Makes one row of each element of a list.',
	docs: 'The other columns are kept on every row. An element is json; with spread the named keys of an object become columns of their own types behind the others. A value that is no list, or with spread an element that is no object, is a bad row.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out', 'dead_letter'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const field = context.column(config.field, 'field', schema);
		if (field !== null && field.type.kind !== 'json') {
			context.fault('field', `${field.name} is ${field.type.kind}, not json`, `make it json in a select first: cast(${field.name} as json)`, 'columns');
			return null;
		}
		const columns = config.spread ? spreadColumns(config, context) : null;
		if (!config.spread && config.columns !== undefined) context.fault('columns', 'columns is given without spread', 'add "spread": true, or leave columns out');
		if (config.spread && config.alias !== undefined)
			context.fault('alias', 'with spread the element gets no column of its own', 'leave alias out; name the columns in columns');
		if (field === null || columns === undefined || (!config.spread && config.columns !== undefined) || (config.spread && config.alias !== undefined))
			return null;
		const alias = config.alias ?? config.field;
		const spread = columns?.map(({ key, name, type }) => ({ key, name, type })) ?? null;
		const output =
			columns === null
				? withElement(schema, config.field, alias)
				: [...schema.filter(({ name }) => name !== config.field), ...columns.map(({ name, type }) => ({ name, type }))];
		if (!distinctNames(output, (i) => (columns === null ? 'alias' : `columns[${i - schema.length + 1}].alias`), context)) return null;
		return { operator: { kind: 'explode', field: config.field, alias, spread, keepEmpty: config.keep_empty }, output };
	},
	examples: [
		{
			title: 'One row per tag',
			config: { field: 'tags' },
			given: [
				{
					schema: { id: 'integer', tags: 'json' },
					rows: [
						[1, ['a', 'b']],
						[2, []],
					],
				},
			],
			then: {
				out: {
					schema: { id: 'integer', tags: 'json' },
					rows: [
						[1, 'a'],
						[1, 'b'],
					],
				},
			},
			ordered: true,
		},
		{
			title: 'Lines of an order as columns, also of orders without lines',
			config: {
				field: 'lines',
				spread: true,
				keep_empty: true,
				columns: [{ name: 'sku' }, { name: 'qty', type: 'integer', alias: 'quantity' }],
			},
			given: [
				{
					schema: { lines: 'json', id: 'integer' },
					rows: [
						[[{ sku: 'x', qty: 2 }, { sku: 'y' }], 1],
						[null, 2],
					],
				},
			],
			then: {
				out: {
					schema: { id: 'integer', sku: 'string', quantity: 'integer' },
					rows: [
						[1, 'x', 2],
						[1, 'y', null],
						[2, null, null],
					],
				},
			},
			ordered: true,
		},
	],
});

function withElement(schema: Schema, field: string, alias: string): Schema {
	const element: Field = { name: alias, type: { kind: 'json' } };
	return alias === field ? schema : [...schema, element];
}

/** The keys that become columns: those configured, or those discovered. Undefined after a fault. */
function spreadColumns(config: Config, context: LowerContext): { readonly key: string; readonly name: string; readonly type: Field['type'] }[] | undefined {
	if (config.columns === undefined) {
		if (context.discovered !== null) return context.discovered.map(({ name, type }) => ({ key: name, name, type }));
		context.fault('columns', 'spread does not say which keys become columns', 'name them: "columns": [{"name": "sku", "type": "string"}]');
		return undefined;
	}
	const columns = config.columns.map((column, i) => {
		const type = readType(column.type, `columns[${i}].type`, context);
		return type === null ? null : { key: column.name, name: column.alias ?? column.name, type };
	});
	return columns.includes(null) ? undefined : columns.filter((column) => column !== null);
}
