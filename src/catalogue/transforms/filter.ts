import * as z from 'zod';
import { defineComponent } from '../component.ts';
import { predicateShape, readPredicate } from '../vocabulary/conditions.ts';

const config = z.strictObject(predicateShape);

const people = {
	schema: { name: 'string', age: 'integer' },
	rows: [
		['Ana', 31],
		['Bo', 17],
		['Cy', null],
	],
} as const;

export const filter = defineComponent({
	key: 'filter_component',
	category: 'transformation',
	name: 'Filter',
	summary: 'Keeps the rows for which a condition is true.',
	docs: 'Rows for which it is false or null leave through the port rejected, which may be left unconnected. Conditions read their values as the type of the column; an expression says everything else.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: ['out', 'rejected', 'dead_letter'],
	failsWhole: true,
	lower(config, context) {
		const output = context.inputs[0] ?? [];
		const predicate = readPredicate(config, output, context);
		return predicate === null ? null : { operator: { kind: 'filter', predicate }, output };
	},
	examples: [
		{
			title: 'An expression; null is not true',
			config: { expression: 'age >= 18' },
			given: [people],
			then: {
				out: { schema: people.schema, rows: [['Ana', 31]] },
				rejected: {
					schema: people.schema,
					rows: [
						['Bo', 17],
						['Cy', null],
					],
				},
			},
			ordered: true,
		},
		{
			title: 'Conditions and a nested group',
			config: {
				match: 'all',
				conditions: [
					{ field: 'name', operator: 'text_matches', value: '[A-C].*' },
					{
						match: 'any',
						conditions: [
							{ field: 'age', operator: '<', value: 18 },
							{ field: 'age', operator: 'is_null' },
						],
					},
				],
			},
			given: [people],
			then: {
				out: {
					schema: people.schema,
					rows: [
						['Bo', 17],
						['Cy', null],
					],
				},
			},
			ordered: true,
		},
		{
			title: 'One of a list',
			config: { conditions: [{ field: 'name', operator: 'in', value: ['Ana', 'Cy'] }] },
			given: [people],
			then: {
				out: {
					schema: people.schema,
					rows: [
						['Ana', 31],
						['Cy', null],
					],
				},
			},
			ordered: true,
		},
	],
});
