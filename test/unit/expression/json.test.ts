import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonPath } from '../../../src/data/jsonpath.ts';
import { findInJson } from '../../../src/expression/json-find.ts';
import { evaluated } from './expressions.ts';

const find = (json: string, path: string): readonly string[] => findInJson(json, parseJsonPath(path));

describe('a JSONPath', () => {
	it('finds what walking the parsed value would', () => {
		const step = fc.oneof(fc.constantFrom('a', 'b', 'odd "name"', "it's", ''), fc.integer({ min: -3, max: 3 }));
		fc.assert(
			fc.property(fc.json({ depthSize: 'medium', stringUnit: 'binary' }), fc.array(step, { maxLength: 3 }), fc.boolean(), (compact, steps, spaced) => {
				const json = spaced ? JSON.stringify(JSON.parse(compact), null, 2) : compact;
				let expected: unknown = JSON.parse(json);
				for (const each of steps) {
					if (typeof each === 'number') expected = Array.isArray(expected) ? expected.at(each) : undefined;
					else
						expected =
							typeof expected === 'object' && expected !== null && !Array.isArray(expected) && Object.hasOwn(expected, each)
								? (expected as Record<string, unknown>)[each]
								: undefined;
				}
				const path = `$${steps.map((each) => (typeof each === 'number' ? `[${each}]` : `[${JSON.stringify(each)}]`)).join('')}`;
				expect(find(json, path).map((found) => JSON.parse(found))).toEqual(expected === undefined ? [] : [expected]);
			}),
			{ numRuns: 2000 },
		);
	});

	it.each([
		['$', ['{"a":[{"b":1},{"b":2}],"c d":{"e":null}}']],
		['$.a', ['[{"b":1},{"b":2}]']],
		['a[1].b', ['2']],
		['$.a[-1].b', ['2']],
		['$.a[*].b', ['1', '2']],
		['$.a.*', ['{"b":1}', '{"b":2}']],
		["$['c d'].e", ['null']],
		['$["c d"]["e"]', ['null']],
		['$.a.b', []],
		['$.a[7]', []],
		['$.x.y', []],
	])('%s', (path, found) => {
		expect(find('{"a":[{"b":1},{"b":2}],"c d":{"e":null}}', path)).toEqual(found);
	});

	it('is walked without recursion into what is deep', () => {
		const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
		expect(find(`{"deep":${deep},"after":1}`, '$.after')).toEqual(['1']);
	});
});

describe('json in expressions', () => {
	const columns = { j: 'json', s: 'string' };
	const rows = [['{"id":12345678901234567890,"name":"A \\"B\\"","tags":["x",null,1.50],"none":null}', ' { "a" : [ 1 , 2 ] } ']];

	it.each([
		["JsonExtract(j, '$.name')", 'A "B"'],
		["JsonExtract(j, '$.id')", '12345678901234567890'],
		["cast(JsonExtract(j, '$.id') as decimal(20,0))", '12345678901234567890'],
		["JsonExtract(j, '$.none')", null],
		["JsonQuery(j, '$.none')", 'null'],
		["JsonQuery(j, '$.tags')", '["x",null,1.50]'],
		["JsonExtract(j, '$.tags[2]')", '1.50'],
		["cast(j#'name' as string)", 'A "B"'],
		["cast(j#'none' as integer)", null],
		["cast(JsonQuery(j, '$.tags[2]') as decimal(5,2))", '1.50'],
		["size(j#'tags')", '3'],
		['json_keys(j)', '["id","name","tags","none"]'],
		["BagToString(j#'tags', ',')", 'x,1.50'],
		["JsonQuery(s, '$.a')", '[1 , 2 ]'.replaceAll(' ', '')],
		['JsonStringToMap(s)', '{"a":[1,2]}'],
		["JsonStringToMap(s)#'a'", '[1,2]'],
		["json_object('n', 1.50, 'd', date '2024-01-31', 'j', j#'tags')", '{"n":1.50,"d":"2024-01-31","j":["x",null,1.50]}'],
		["ToJson(cast('NaN' as double))", '"NaN"'],
		["json_type(j#'id')", 'number'],
		['cast(s as json)', '{"a":[1,2]}'],
	])('%s', (text, value) => {
		expect(evaluated(text, columns, rows)).toEqual({ values: [value], errors: [] });
	});

	it('that is none fails the row', () => {
		const { values, errors } = evaluated("JsonExtract(s, '$.a')", { s: 'string' }, [['{"a":1}'], ['{a:1}'], [null], ['']]);
		expect(values).toEqual(['1', null, null, null]);
		expect(errors).toEqual([
			{ row: 1, class: 'invalid_json', message: "'{a:1}' is not JSON." },
			{ row: 3, class: 'invalid_json', message: "'' is not JSON." },
		]);
		expect(evaluated("JsonStringToBag('{}')").errors[0]?.message).toBe("'{}' is not a JSON array.");
	});
});
