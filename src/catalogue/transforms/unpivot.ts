import * as z from 'zod';
import { typeName } from '../../data/type-names.ts';
import type { DataType, Field } from '../../data/types.ts';
import { defineComponent } from '../component.ts';
import { commonType, holdsExactly } from '../vocabulary/common-type.ts';
import { columnName, distinctNames, readColumns } from '../vocabulary/names.ts';

const config = z.strictObject({
	columns: z.array(columnName).min(1).max(1000).describe('Columns that become rows: of one type, or numbers, which become the widest of their types.'),
	key_alias: columnName.default('key').describe('Name of the column that says which of them it was.'),
	value_alias: columnName.default('value').describe('Name of the column with its value.'),
});

export const unpivot = defineComponent({
	key: 'unpivot_component',
	category: 'transformation',
	name: 'Unpivot',
	summary: 'Turns columns into rows: one row for each of the named columns.',
	docs: 'The other columns are kept on every row. Numbers of several types become the widest of them that holds them exactly (integer and long a long, either of them and a decimal a wider decimal, integer or float and double a double), dates and datetimes a datetime; text goes with text alone. long or decimal beside float or double is refused, because digits past the fifteenth could be lost: cast one of them in a select first. Null values give rows too; leave them out with a filter behind it.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const fields = readColumns(config.columns, 'columns', schema, context);
		const first = fields?.[0];
		if (fields === null || first === undefined) return null;
		let type: DataType = first.type;
		for (const [at, field] of fields.entries()) {
			const common = commonType(type, field.type);
			if (common === null || !holdsExactly(common, type) || !holdsExactly(common, field.type)) {
				const message = `${fields[at - 1]?.name} is ${typeName(fields[at - 1]?.type ?? type)}, ${field.name} is ${typeName(field.type)}`;
				context.fault(
					`columns[${at}]`,
					message,
					common === null
						? 'columns that become one must be of one type, or all numbers, or all dates: cast them in a select first'
						: `${typeName(common)} does not hold every digit of both: cast one of them in a select first`,
					'columns',
				);
				return null;
			}
			type = common;
		}
		const gone = new Set(config.columns);
		const kept = schema.filter((field) => !gone.has(field.name));
		const output: Field[] = [...kept, { name: config.key_alias, type: { kind: 'string' } }, { name: config.value_alias, type }];
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
		{
			title: 'Numbers of several types become the widest',
			config: { columns: ['pieces', 'weight'] },
			given: [{ schema: { pieces: 'integer', weight: 'double' }, rows: [[3, 1.5]] }],
			then: {
				out: {
					schema: { key: 'string', value: 'double' },
					rows: [
						['pieces', 3],
						['weight', 1.5],
					],
				},
			},
			ordered: true,
		},
	],
});
