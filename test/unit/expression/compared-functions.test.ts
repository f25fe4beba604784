import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkExpression } from '../../../src/expression/check.ts';
import { FAMILIES } from '../../../src/expression/functions/registry.ts';
import type { Expr } from '../../../src/expression/ir.ts';
import { NO_VARIABLES } from '../../../src/expression/variables.ts';
import { emitDuckDb } from './duckdb-dialect.ts';
import { randomExpressions } from './random-expression.ts';
import { RANDOM_SCHEMA } from './random-value.ts';

/** Functions that are not compared with DuckDB over random rows, and why; their examples are run. */
const NOT_COMPARED: Readonly<Record<string, readonly string[]>> = {
	'DuckDB has no function of that meaning': [
		...['add_duration', 'subtract_duration', 'to_milliseconds', 'milliseconds_between', 'date_part', 'from_base', 'to_base', 'count_matches', 'regex_count'],
		...['equalsignorecase', 'initcap', 'lcfirst', 'ucfirst', 'isempty', 'lastindexof', 'sha512', 'bag_to_string', 'size', 'strsplit', 'regex_extract_all'],
	],
	'its JSON is spelled otherwise, and its paths mean something else': [
		...['is_json', 'json_array', 'json_extract', 'json_keys', 'json_member', 'json_object', 'json_query', 'json_string_to_bag', 'json_string_to_map'],
		...['json_type', 'parse_json', 'to_json'],
	],
	'formats of text are each system’s own': ['sprintf', 'to_date', 'to_string', 'date'],
	'its time zones are an extension that is not at hand': ['in_time_zone', 'switch_time_zone', 'from_unix_time'],
	'it counts bytes where we count characters': ['levenshtein'],
	'it fails on bytes that we make a bad row of': ['decode_utf8', 'encode_utf8', 'from_base64', 'unhex', 'url_decode', 'chr'],
	'it has no value outside the domain, and infinity inside': ['acos', 'asin', 'atan2', 'log'],
	'another value each time, or always the same': ['current_date', 'current_time', 'random', 'uuid', 'pi'],
	'the grammar makes case, if and coalesce of them, which are compared': ['if', 'coalesce', 'nvl2', 'is_not_null'],
};

it('every function is compared with DuckDB, or it is said why not', () => {
	const all = Object.values(FAMILIES).flatMap((definitions) => definitions.map(({ name }) => name));
	const texts = fc.sample(fc.oneof(...Object.values(randomExpressions)), { numRuns: 1500, seed: 1 });
	const compared = new Set(texts.flatMap(functionsOf));
	expect(all.filter((name) => !compared.has(name)).sort()).toEqual(Object.values(NOT_COMPARED).flat().sort());
});

function functionsOf(text: string): string[] {
	const checked = checkExpression(text, { schema: RANDOM_SCHEMA, variables: NO_VARIABLES });
	if ('faults' in checked || emitDuckDb(checked.expr) === null) return [];
	const names: string[] = [];
	const visit = (value: unknown): void => {
		if (typeof value !== 'object' || value === null) return;
		if ((value as Expr).kind === 'call') names.push((value as Extract<Expr, { kind: 'call' }>).function);
		for (const each of Object.values(value)) visit(each);
	};
	visit(checked.expr);
	return names;
}
