import type { Value } from '../../data/types.ts';
import { jsonOf } from '../evaluation/convert.ts';
import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { anything, nullable } from './parameter.ts';

/** JSON made of values. */
export const JSON_BUILD_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'to_json',
		spelling: 'ToJson',
		description: 'Any value as json: text as a JSON string, numbers with all their digits.',
		examples: [
			["ToJson('a\"b')", '"a\\"b"'],
			['ToJson(9007199254740993)', '9007199254740993'],
		],
		signatures: [scalarSignature({ parameters: [anything('value')], result: 'json', apply: (call, value) => elementOf(call, value, 0) })],
	}),
	defineFunction({
		name: 'json_object',
		spelling: 'JsonObject',
		aliases: ['to_map'],
		description: 'A json object of names and values, one after the other.',
		nulls: 'a null value is a JSON null; a null name fails the row (invalid_argument)',
		examples: [["json_object('id', 7, 'name', 'x')", '{"id":7,"name":"x"}']],
		signatures: [
			scalarSignature({
				parameters: [nullable(anything('name')), nullable(anything('value'))],
				rest: nullable(anything('more')),
				result: (types) => {
					if (types.length % 2 === 1) return 'each name needs a value: the number of arguments is odd';
					return types.some(({ kind }, index) => index % 2 === 0 && kind !== 'string') ? 'each name must be a string' : { kind: 'json' };
				},
				resultName: 'json',
				fails: true,
				takesNulls: true,
				apply: (call, ...values) => objectOf(call, values),
			}),
		],
	}),
	defineFunction({
		name: 'json_array',
		spelling: 'JsonArray',
		aliases: ['to_bag', 'to_tuple'],
		description: 'A json array of the values.',
		nulls: 'a null value is a JSON null',
		examples: [["json_array(1, 'a', null)", '[1,"a",null]']],
		signatures: [
			scalarSignature({
				parameters: [],
				rest: nullable(anything('value')),
				result: 'json',
				takesNulls: true,
				apply: (call, ...values) => `[${values.map((value, index) => elementOf(call, value, index)).join(',')}]`,
			}),
		],
	}),
];

function elementOf(call: Call, value: Value, index: number): string {
	const type = call.info.types[index];
	return value === null || type === undefined ? 'null' : jsonOf(type, value, call.offset(index));
}

function objectOf(call: Call, values: readonly Value[]): string | null {
	const members: string[] = [];
	for (let index = 0; index < values.length; index += 2) {
		if (values[index] === null) return call.fail('invalid_argument', 'A name of json_object is null.');
		members.push(`${JSON.stringify(values[index])}:${elementOf(call, values[index + 1] ?? null, index + 1)}`);
	}
	return `{${members.join(',')}}`;
}
