import type { ExactInteger, Value } from '../../data/types.ts';
import { mayMake } from './code-points.ts';
import { defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { checked, optional, pattern, text, whole } from './parameter.ts';
import { fillReplacement, findAll, groupCount, patternFault, patternOf } from './regular-expression.ts';

const regex = () => checked(pattern(text('regex')), patternFault);

/** Regular expressions over texts. */
export const REGEX_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'matches',
		spelling: "text matches 'regex'",
		aliases: ['regex_matches', 'regexp_full_match'],
		description: 'Whether a regular expression (RE2) matches the whole text.',
		examples: [
			["'SFO-12' matches '[A-Z]{3}-\\d+'", 'true'],
			["'SFO-12' matches 'SFO'", 'false'],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), regex()],
				result: 'boolean',
				fails: [1, 2],
				apply: (call, value, expression) => patternOf(expression, call)?.matches(value) ?? null,
			}),
		],
	}),
	defineFunction({
		name: 'regex_like',
		aliases: ['regexp_like', 'regex_contains', 'regexp_contains'],
		description: 'Whether a regular expression (RE2) matches anywhere in a text.',
		examples: [["regex_like('SFO-12', '\\d')", 'true']],
		signatures: [
			scalarSignature({
				parameters: [text('text'), regex()],
				result: 'boolean',
				fails: [1, 2],
				apply: (call, value, expression) => patternOf(expression, call)?.test(value) ?? null,
			}),
		],
	}),
	defineFunction({
		name: 'regex_extract',
		aliases: ['regexp_extract', 'regexp_substr'],
		description: 'What a regular expression (RE2) first matches in a text, or one group of it (1 is the first; 0, the whole match, where left out).',
		otherwise: 'null where nothing matches, or the group took no part',
		examples: [
			["regex_extract('order 66 of 99', '\\d+')", '66'],
			["regex_extract('a=1', '(\\w)=(\\d)', 2)", '1'],
			["regex_extract('none', '\\d')", null],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), regex(), optional(whole('group'))],
				result: 'string',
				fails: [1, 2],
				checkLiterals: checkGroup,
				apply: (call, value, expression, group = 0) => {
					const compiled = patternOf(expression, call);
					if (compiled === null) return null;
					const fault = groupFault(compiled.groupCount(), group);
					if (fault !== null) return call.fail('invalid_argument', fault);
					const matcher = compiled.matcher(value);
					return matcher.find() ? matcher.group(Number(group)) : null;
				},
			}),
		],
	}),
	defineFunction({
		name: 'regex_extract_all',
		aliases: ['regexp_extract_all'],
		description: 'All matches of a regular expression (RE2) as a json array of texts; where it has groups, the groups of each match in order.',
		otherwise: 'null where nothing matches',
		examples: [
			["regex_extract_all('order 66 of 99', '\\d+')", '["66","99"]'],
			["regex_extract_all('192.168.1.5:8020', '(.*):(.*)')", '["192.168.1.5","8020"]'],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), regex(), optional(whole('group'))],
				result: 'json',
				fails: [1, 2],
				checkLiterals: checkGroup,
				apply: (call, value, expression, group) => {
					const compiled = patternOf(expression, call);
					if (compiled === null) return null;
					const fault = groupFault(compiled.groupCount(), group ?? 0);
					if (fault !== null) return call.fail('invalid_argument', fault);
					const matches = findAll(compiled, value);
					if (matches.length === 0) return null;
					const chosen = matches.flatMap(({ groups }) =>
						group !== undefined ? [groups[Number(group)] ?? null] : groups.length === 1 ? groups : groups.slice(1),
					);
					return JSON.stringify(chosen);
				},
			}),
		],
	}),
	defineFunction({
		name: 'regex_replace',
		aliases: ['regexp_replace'],
		description: 'Every match of a regular expression (RE2) replaced; \\1 or $1 in the replacement is the first group.',
		otherwise: 'unchanged where nothing matches',
		examples: [
			["regex_replace('a1b22', '\\d+', '#')", 'a#b#'],
			["regex_replace('2024-01-31', '(\\d+)-(\\d+)-(\\d+)', '\\3.\\2.\\1')", '31.01.2024'],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), regex(), pattern(text('replacement'))],
				result: 'string',
				fails: true,
				apply: (call, value, expression, replacement) => {
					const compiled = patternOf(expression, call);
					if (compiled === null) return null;
					let out = '';
					let from = 0;
					for (const match of findAll(compiled, value)) {
						out += value.slice(from, match.start) + fillReplacement(replacement, match);
						from = match.end;
						if (!mayMake(out.length, call)) return null;
					}
					return out + value.slice(from);
				},
			}),
		],
	}),
	defineFunction({
		name: 'regex_count',
		aliases: ['regexp_count'],
		description: 'How many times a regular expression (RE2) matches in a text.',
		examples: [["regex_count('a1b22', '\\d+')", '2']],
		signatures: [
			scalarSignature({
				parameters: [text('text'), regex()],
				result: 'integer',
				fails: [1, 2],
				apply: (call, value, expression) => {
					const compiled = patternOf(expression, call);
					return compiled === null ? null : findAll(compiled, value).length;
				},
			}),
		],
	}),
	defineFunction({
		name: 'strsplit',
		spelling: 'STRSPLIT',
		aliases: ['split', 'strsplittobag'],
		description:
			'A text cut at every match of a regular expression (RE2), as a json array; a single character as delimiter stands for itself. At most limit parts, the last with all the rest.',
		examples: [
			["strsplit('a, b,c', ',\\s*')", '["a","b","c"]'],
			["strsplit('a|b|c', '|', 2)", '["a","b|c"]'],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), regexOrCharacter(), optional(whole('limit'))],
				result: 'json',
				fails: true,
				apply: (call, value, delimiter, limit = 0) => {
					const most = Number(limit) > 0 ? Number(limit) - 1 : Number.POSITIVE_INFINITY;
					const parts = isCharacter(delimiter) ? splitPlain(value, delimiter, most) : null;
					if (parts !== null) return JSON.stringify(parts);
					const compiled = patternOf(delimiter, call);
					if (compiled === null) return null;
					const pieces: string[] = [];
					let from = 0;
					for (const { start, end } of findAll(compiled, value)) {
						// An empty match, between two characters, cuts; at the ends it would make empty parts.
						if (pieces.length >= most || (end === start && (start === 0 || start === value.length))) continue;
						pieces.push(value.slice(from, start));
						from = end;
					}
					return JSON.stringify([...pieces, value.slice(from)]);
				},
			}),
		],
	}),
];

function groupFault(groups: number, group: ExactInteger): string | null {
	return group < 0 || group > groups ? `There is no group ${group}: the regular expression has ${groups}.` : null;
}

/** A pattern that is none has been told by the parameter. */
function checkGroup([, expression, group]: readonly (Value | undefined)[]): string | null {
	if (typeof expression !== 'string' || typeof group !== 'number' || patternFault(expression) !== null) return null;
	return groupFault(groupCount(expression), group);
}

function isCharacter(delimiter: string): boolean {
	return delimiter.length === 1;
}

function regexOrCharacter() {
	return checked(pattern(text('delimiter')), (delimiter) => (isCharacter(delimiter) ? null : patternFault(delimiter)));
}

function splitPlain(value: string, delimiter: string, most: number): string[] {
	const parts = value.split(delimiter);
	return parts.length <= most + 1 ? parts : [...parts.slice(0, most), parts.slice(most).join(delimiter)];
}
