import * as z from 'zod';
import { expectation, formatValue, parseValue } from '../../data/text.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType, Field } from '../../data/types.ts';
import type { AggregateFunction } from '../../plan/operators.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { AGGREGATE_FUNCTIONS, aggregateType } from '../vocabulary/aggregates.ts';
import { columnName, distinctNames, readColumns } from '../vocabulary/names.ts';

const config = z.strictObject({
	group_by: z.array(columnName).min(1).max(100).describe('One row for each combination of these columns.'),
	key: columnName.describe('Column whose values become columns.'),
	value: columnName.describe('Column whose values fill them.'),
	aggregate: z.enum(AGGREGATE_FUNCTIONS).default('first').describe('What to do where several rows of a group have the same key.'),
	columns: z
		.array(z.union([z.string().min(1).max(200), z.number(), z.boolean()]))
		.min(1)
		.max(1000)
		.optional()
		.describe('The key values wanted, in the order of their columns; rows of other keys only make groups. Needed unless they were discovered.'),
	prefix: z.string().max(100).default('').describe('Put before each value to name its column.'),
});

type Config = z.output<typeof config>;

export const pivot = defineComponent({
	key: 'pivot_component',
	category: 'transformation',
	name: 'Pivot',
	summary: 'Turns rows into columns: one column for each value of a key.',
	docs: 'The columns of a package are known before it runs, so the key values wanted are listed. A group without a key has null in its column. Columns that are neither group, key nor value are left out.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const groups = readColumns(config.group_by, 'group_by', schema, context);
		const key = context.column(config.key, 'key', schema);
		const value = context.column(config.value, 'value', schema);
		const type = value === null ? null : valueType(config.aggregate, value, context);
		const columns = key === null ? null : readKeys(config, key, context);
		if (groups === null || key === null || value === null || type === null || columns === null) return null;
		const output = [...groups, ...columns.map(({ name }) => ({ name, type }))];
		if (!distinctNames(output, (i) => `columns[${i - groups.length}]`, context)) return null;
		const groupBy = groups.map((field) => field.name);
		return { operator: { kind: 'pivot', groupBy, key: config.key, value: config.value, aggregate: config.aggregate, columns }, output };
	},
	examples: [
		{
			title: 'Quarters side by side',
			config: { group_by: ['shop'], key: 'quarter', value: 'sold', aggregate: 'sum', columns: [1, 2], prefix: 'q' },
			given: [
				{
					schema: { shop: 'string', quarter: 'integer', sold: 'integer' },
					rows: [
						['Porto', 1, 5],
						['Porto', 2, 7],
						['Faro', 1, 2],
						['Faro', 1, 3],
						['Faro', 4, 9],
					],
				},
			],
			then: {
				out: {
					schema: { shop: 'string', q1: 'long', q2: 'long' },
					rows: [
						['Porto', 5, 7],
						['Faro', 5, null],
					],
				},
			},
		},
	],
});

function valueType(name: AggregateFunction, value: Field, context: LowerContext): DataType | null {
	const type = aggregateType(name, value.type);
	if (type === null)
		context.fault(
			'aggregate',
			`${name} of ${value.name} is not possible: it is ${typeName(value.type)}`,
			'cast the column in a select first, or use another aggregate',
			'columns',
		);
	return type;
}

function readKeys(given: Config, key: Field, context: LowerContext): { readonly key: string; readonly name: string }[] | null {
	if (given.columns === undefined) {
		if (context.discovered !== null) return context.discovered.map(({ name }) => ({ key: name, name: `${given.prefix}${name}` }));
		context.fault('columns', 'the key values that become columns are not listed', `"columns": ["…"] with values of ${key.name}`);
		return null;
	}
	const keys = given.columns.map((wanted, i) => {
		const value = parseValue(key.type, String(wanted));
		if (value !== undefined) return { key: formatValue(key.type, value), name: `${given.prefix}${String(wanted)}` };
		context.fault(
			`columns[${i}]`,
			`${JSON.stringify(wanted)} is no ${typeName(key.type)}, which ${key.name} is`,
			`it must be ${expectation(key.type)}`,
			'columns',
		);
		return null;
	});
	return keys.includes(null) ? null : keys.filter((item) => item !== null);
}
