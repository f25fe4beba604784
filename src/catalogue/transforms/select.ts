import * as z from 'zod';
import type { Field, Schema } from '../../data/types.ts';
import type { ProjectColumn } from '../../plan/operators.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { keep } from '../vocabulary/column.ts';
import { columnName, distinctNames, readColumns } from '../vocabulary/names.ts';

const column = z.strictObject({
	expression: z.string().min(1).max(100_000).describe('An expression over the columns of the input.'),
	alias: columnName.optional().describe('Name of the output column; may be left out where the expression is a column.'),
});

const config = z.strictObject({
	columns: z.array(column).max(10_000).describe('The output columns, in order.'),
	keep_others: z.boolean().default(false).describe('Keep the other columns of the input, before the new ones; one of the same name is replaced in its place.'),
	drop: z.array(columnName).max(10_000).default([]).describe('With keep_others: columns of the input that are not kept.'),
});

type Config = z.output<typeof config>;

export const select = defineComponent({
	key: 'select_component',
	category: 'transformation',
	name: 'Select',
	summary: 'Chooses, computes, renames and reorders columns.',
	docs: 'Each column is an expression and an alias. Expressions see the input, never one another. A value that cannot be computed (a cast that fails, a division by zero) makes a bad row; with on_error null_field only that column becomes null.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out', 'dead_letter'],
	lower(config, context) {
		const schema = context.inputs[0] ?? [];
		const written = config.columns.map((item, i) => readColumn(item, i, schema, context));
		if (!config.keep_others && config.drop.length > 0) context.fault('drop', 'drop is given without keep_others', 'add "keep_others": true, or leave drop out');
		if (!config.keep_others && config.columns.length === 0)
			context.fault('columns', 'no column is left', 'name at least one column, or add "keep_others": true');
		const dropped = config.drop.length === 0 ? [] : readColumns(config.drop, 'drop', schema, context);
		if (written.includes(null) || dropped === null) return null;
		const columns = written.filter((item) => item !== null);
		if (!distinctNames(columns, (i) => `columns[${i}].alias`, context) || (!config.keep_others && (columns.length === 0 || config.drop.length > 0)))
			return null;
		const all = config.keep_others ? withOthers(columns, schema, dropped) : columns;
		if (all.length === 0) {
			context.fault('drop', 'every column is dropped', 'keep at least one', 'columns');
			return null;
		}
		return { operator: { kind: 'project', columns: all }, output: all.map(({ name, expr }) => ({ name, type: expr.type })) };
	},
	examples: [
		{
			title: 'Rename, compute and cast',
			config: {
				columns: [
					{ expression: 'upper(name)', alias: 'name' },
					{ expression: 'price * quantity', alias: 'total' },
					{ expression: "case when quantity >= 10 then 'bulk' else 'single' end", alias: 'kind' },
				],
			},
			given: [
				{
					schema: { name: 'string', price: 'double', quantity: 'integer' },
					rows: [
						['nut', 0.5, 12],
						['bolt', 2, 3],
						[null, 1, null],
					],
				},
			],
			then: {
				out: {
					schema: { name: 'string', total: 'double', kind: 'string' },
					rows: [
						['NUT', 6, 'bulk'],
						['BOLT', 6, 'single'],
						[null, null, 'single'],
					],
				},
			},
			ordered: true,
		},
		{
			title: 'Keep the other columns, replace one, drop one',
			config: { columns: [{ expression: 'trim(city)', alias: 'city' }], keep_others: true, drop: ['note'] },
			given: [{ schema: { city: 'string', note: 'string', id: 'integer' }, rows: [[' Porto ', 'x', 1]] }],
			then: { out: { schema: { city: 'string', id: 'integer' }, rows: [['Porto', 1]] } },
			ordered: true,
		},
	],
});

function readColumn(item: Config['columns'][number], i: number, schema: Schema, context: LowerContext): ProjectColumn | null {
	const expr = context.expression(item.expression, `columns[${i}].expression`, schema);
	if (expr === null) return null;
	const name = item.alias ?? (expr.kind === 'column' ? expr.name : undefined);
	if (name !== undefined) return { name, expr };
	context.fault(`columns[${i}].alias`, `${JSON.stringify(item.expression)} has no alias`, 'name the column it gives: "alias": "…"');
	return null;
}

/** The input's columns in their order with the written ones of the same name in their places, the new ones behind. */
function withOthers(columns: readonly ProjectColumn[], schema: Schema, dropped: readonly Field[]): ProjectColumn[] {
	const written = new Map(columns.map((column) => [column.name, column]));
	const gone = new Set(dropped.map((field) => field.name));
	const kept = schema.filter((field) => written.has(field.name) || !gone.has(field.name)).map((field) => written.get(field.name) ?? keep(field));
	const present = new Set(schema.map((field) => field.name));
	return [...kept, ...columns.filter((column) => !present.has(column.name))];
}
