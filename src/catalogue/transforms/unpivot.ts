import * as z from 'zod';
import { sameType, typeName } from '../../data/type-names.ts';
import type { Field } from '../../data/types.ts';
import { defineComponent } from '../component.ts';
import { columnName, distinctNames, readColumns } from '../vocabulary/names.ts';

const config = z.strictObject({
	columns: z.array(columnName).min(1).max(1000).describe('Columns of one type that become rows.'),
	key_alias: columnName.default('key').describe('Name of the column that says which of them it was.'),
	value_alias: columnName.default('value').describe('Name of the column with its value.'),
});

export const unpivot = defineComponent({
	key: 'unpivot_component',
	category: 'transformation',
	name: 'Unpivot',
	summary: 'Turns columns into rows: one row for each of the named columns.',
	docs: 'The other columns are kept on every row. Null values give rows too; leave them out with a filter behind it.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const fields = readColumns(config.columns, 'columns', schema, context);
		const first = fields?.[0];
		if (fields === null || first === undefined) return null;
		const other = fields.findIndex((field) => !sameType(field.type, first.type));
		if (other >= 0) {
			const message = `${first.name} is ${typeName(first.type)}, ${(fields[other] as Field).name} is ${typeName((fields[other] as Field).type)}`;
			context.fault(`columns[${other}]`, message, 'columns that become one must have one type: cast them in a select first', 'columns');
			return null;
		}
		const gone = new Set(config.columns);
		const kept = schema.filter((field) => !gone.has(field.name));
		const output: Field[] = [...kept, { name: config.key_alias, type: { kind: 'string' } }, { name: config.value_alias, type: first.type }];
		if (!distinctNames(output, (i) => (i === kept.length ? 'key_alias' : 'value_alias'), context)) return null;
		return { operator: { kind: 'unpivot', columns: config.columns, keyAlias: config.key_alias, valueAlias: config.value_alias }, output };
	},
	examples: [
		{
			title: 'Quarters one below the other',
			config: { columns: ['q1', 'q2'], key_alias: 'quarter', value_alias: 'sold' },
			given: [{ schema: { shop: 'string', q1: 'integer', q2: 'integer' }, rows: [['Porto', 5, null]] }],
			then: {
				out: {
					schema: { shop: 'string', quarter: 'string', sold: 'integer' },
					rows: [
						['Porto', 'q1', 5],
						['Porto', 'q2', null],
					],
				},
			},
			ordered: true,
		},
	],
});
