import { compactJson } from '../../data/json-text.ts';
import { type JsonPath, parseJsonPath } from '../../data/jsonpath.ts';
import { AppError } from '../../lib/errors.ts';
import { excerpt } from '../fault.ts';
import { entries, findInJson, findsMany, textOf } from '../json-find.ts';
import { codePointLength } from './code-points.ts';
import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { bytes, checked, json, jsonText, optional, text } from './parameter.ts';

const pathParameter = () => checked(text('path'), pathFault);
const NOT_JSON = 'text that is not JSON fails the row (invalid_json)';

/** JSON values and texts. */
export const JSON_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'json_extract',
		spelling: 'JsonExtract',
		aliases: ['json_value', 'get_json_object', 'json_extract_text', 'json_extract_string', 'json_extract_scalar'],
		description: 'The text of what a JSONPath finds: strings without their quotes, everything else as JSON; with [*], a JSON array of all it finds.',
		otherwise: `null where nothing is found, or a JSON null; ${NOT_JSON}`,
		examples: [
			[`JsonExtract('{"user":{"id":7,"tags":["a","b"]}}', '$.user.tags[0]')`, 'a'],
			[`JsonExtract('{"a":[{"b":1},{"b":2}]}', '$.a[*].b')`, '[1,2]'],
			[`JsonExtract('{"a":1}', '$.x')`, null],
		],
		signatures: [
			scalarSignature({
				parameters: [jsonText('value'), pathParameter()],
				result: 'string',
				fails: true,
				apply: (call, value, written) => plainText(extract(call, value, written)),
			}),
		],
	}),
	defineFunction({
		name: 'json_query',
		spelling: 'JsonQuery',
		description: 'The json value that a JSONPath finds; with [*], an array of all it finds.',
		otherwise: `null where nothing is found; ${NOT_JSON}`,
		examples: [[`JsonQuery('{"a":{"b":[1,2]}}', '$.a.b')`, '[1,2]']],
		signatures: [
			scalarSignature({
				parameters: [jsonText('value'), pathParameter()],
				result: 'json',
				fails: true,
				apply: (call, value, written) => extract(call, value, written),
			}),
		],
	}),
	defineFunction({
		name: 'json_member',
		spelling: "value # 'name'",
		operator: true,
		description: 'The json value of a member of a json object.',
		otherwise: 'null where it has no such member',
		examples: [[`JsonStringToMap('{"a":1}')#'a'`, '1']],
		signatures: [
			scalarSignature({
				parameters: [json('value'), text('name')],
				result: 'json',
				apply: (_call, value, name) => findInJson(value, [name])[0] ?? null,
			}),
		],
	}),
	reader('json_string_to_map', 'JsonStringToMap', 'A text that is a JSON object as a json value.', [`JsonStringToMap('{ "a": 1 }')`, '{"a":1}'], '{'),
	reader('json_string_to_bag', 'JsonStringToBag', 'A text that is a JSON array as a json value.', ["JsonStringToBag('[1, 2]')", '[1,2]'], '['),
	reader('parse_json', 'ParseJson', 'A text that is JSON as a json value; as cast(x as json).', [`parse_json('[1, {"a": null}]')`, '[1,{"a":null}]'], ''),
	defineFunction({
		name: 'json_keys',
		spelling: 'JsonKeys',
		description: 'The names of a json object, as a json array.',
		otherwise: `null where it is no object; ${NOT_JSON}`,
		examples: [[`json_keys('{"a":1,"b":2}')`, '["a","b"]']],
		signatures: [
			scalarSignature({
				parameters: [jsonText('value')],
				result: 'json',
				fails: true,
				apply: (call, value) => {
					const valid = validJson(call, value);
					if (valid === null || !valid.startsWith('{')) return null;
					return `[${Array.from(entries(valid, 0), ({ key }) => (key === null ? '' : valid.slice(key.start, key.end))).join(',')}]`;
				},
			}),
		],
	}),
	defineFunction({
		name: 'json_type',
		spelling: 'JsonType',
		description: 'What a json value is: object, array, string, number, boolean or null.',
		otherwise: NOT_JSON,
		examples: [["json_type('[1]')", 'array']],
		signatures: [scalarSignature({ parameters: [jsonText('value')], result: 'string', fails: true, apply: (call, value) => typeOf(validJson(call, value)) })],
	}),
	defineFunction({
		name: 'is_json',
		spelling: 'IsJson',
		aliases: ['json_valid'],
		description: 'Whether a text is JSON.',
		examples: [["is_json('{a:1}')", 'false']],
		signatures: [scalarSignature({ parameters: [text('text')], result: 'boolean', apply: (_call, value) => compactJson(value) !== undefined })],
	}),
	defineFunction({
		name: 'bag_to_string',
		spelling: 'BagToString',
		aliases: ['array_to_string'],
		description: "The elements of a json array as one text, with a separator ('_' where left out) between them; nulls are left out.",
		otherwise: `null where it is no array; ${NOT_JSON}`,
		examples: [["BagToString('[\"a\",1,null]', '-')", 'a-1']],
		signatures: [
			scalarSignature({
				parameters: [jsonText('value'), optional(text('separator'))],
				result: 'string',
				fails: true,
				apply: (call, value, separator = '_') => {
					const valid = validJson(call, value);
					if (valid === null || !valid.startsWith('[')) return null;
					const texts = Array.from(entries(valid, 0), ({ value: span }) => plainText(valid.slice(span.start, span.end)));
					return texts.filter((element) => element !== null).join(separator);
				},
			}),
		],
	}),
	defineFunction({
		name: 'size',
		description: 'How many elements a json array has, members an object, characters a text, bytes a binary.',
		otherwise: 'null for a json value that is neither array nor object',
		examples: [
			["size(JsonStringToBag('[1,2,3]'))", '3'],
			["size('abc')", '3'],
		],
		signatures: [
			scalarSignature({ parameters: [text('text')], result: 'integer', apply: (_call, value) => codePointLength(value) }),
			scalarSignature({
				parameters: [json('value')],
				result: 'integer',
				apply: (_call, value) => (/^[[{]/.test(value) ? [...entries(value, 0)].length : null),
			}),
			scalarSignature({ parameters: [bytes('bytes')], result: 'integer', apply: (_call, value) => value.length }),
		],
	}),
];

function reader(name: string, spelling: string, description: string, example: readonly [string, string], opening: string): FunctionDefinition {
	const wanted = opening === '{' ? 'a JSON object' : opening === '[' ? 'a JSON array' : 'JSON';
	return defineFunction({
		name,
		spelling,
		description,
		otherwise: `text that is not ${wanted} fails the row (invalid_json)`,
		examples: [example],
		signatures: [
			scalarSignature({
				parameters: [jsonText('value')],
				result: 'json',
				fails: true,
				apply: (call, value) => {
					const compact = compactJson(value);
					return compact?.startsWith(opening) ? compact : call.fail('invalid_json', `'${excerpt(value)}' is not ${wanted}.`);
				},
			}),
		],
	});
}

/** The argument as valid compact JSON; a json value is that already. */
function validJson(call: Call, value: string): string | null {
	if (call.info.types[0]?.kind === 'json') return value;
	return compactJson(value) ?? call.fail('invalid_json', `'${excerpt(value)}' is not JSON.`);
}

const MOST_KEPT = 64;
const kept = new Map<string, JsonPath>();

function pathOf(written: string): JsonPath {
	let path = kept.get(written);
	if (path === undefined) {
		path = parseJsonPath(written);
		if (kept.size >= MOST_KEPT) kept.clear();
		kept.set(written, path);
	}
	return path;
}

function pathFault(written: string): string | null {
	try {
		pathOf(written);
		return null;
	} catch (error) {
		if (error instanceof AppError) return `'${excerpt(written)}' is no JSONPath: write $.name, $.list[0], $['odd name'], $.list[*].name`;
		throw error;
	}
}

function extract(call: Call, value: string, written: string): string | null {
	const fault = kept.has(written) ? null : pathFault(written);
	if (fault !== null) return call.fail('invalid_argument', `${fault}.`);
	const path = pathOf(written);
	const valid = validJson(call, value);
	if (valid === null) return null;
	const found = findInJson(valid, path);
	if (found.length === 0) return null;
	return findsMany(path) ? `[${found.join(',')}]` : (found[0] as string);
}

function plainText(found: string | null): string | null {
	if (found === null || found === 'null') return null;
	return found.startsWith('"') ? textOf(found, { start: 0, end: found.length }) : found;
}

function typeOf(value: string | null): string | null {
	if (value === null) return null;
	return { '{': 'object', '[': 'array', '"': 'string', t: 'boolean', f: 'boolean', n: 'null' }[value.charAt(0)] ?? 'number';
}
