import { codePointLength, mayMake, positionOf, unitIndex } from './code-points.ts';
import { defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { optional, text, whole } from './parameter.ts';

/** Finding and replacing plain text. */
export const SEARCH_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'indexof',
		spelling: 'INDEXOF',
		aliases: ['strpos', 'instr', 'position'],
		description: 'The position of the first occurrence of a text in another, 1 being the first character; from a position on where given.',
		otherwise: 'null where it does not occur',
		examples: [
			["indexof('headgate', 'a')", '3'],
			["indexof('headgate', 'a', 4)", '6'],
			["indexof('headgate', 'x')", null],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), text('part'), optional(whole('start'))],
				result: 'integer',
				apply: (_call, value, part, start = 1) => {
					const found = value.indexOf(part, unitIndex(value, Number(start) - 1));
					return found === -1 ? null : positionOf(value, found) + 1;
				},
			}),
		],
	}),
	defineFunction({
		name: 'lastindexof',
		spelling: 'LASTINDEXOF',
		description: 'The position of the last occurrence of a text in another, 1 being the first character.',
		otherwise: 'null where it does not occur',
		examples: [
			["lastindexof('headgate', 'a')", '6'],
			["lastindexof('headgate', 'x')", null],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), text('part')],
				result: 'integer',
				apply: (_call, value, part) => {
					const found = value.lastIndexOf(part);
					return found === -1 ? null : positionOf(value, found) + 1;
				},
			}),
		],
	}),
	test('contains', 'Whether a text contains another.', ["contains('headgate', 'gat')", 'true'], (value, part) => value.includes(part)),
	test('startswith', 'Whether a text begins with another.', ["startswith('headgate', 'head')", 'true'], (value, part) => value.startsWith(part)),
	test('endswith', 'Whether a text ends with another.', ["endswith('headgate', 'head')", 'false'], (value, part) => value.endsWith(part)),
	test(
		'equalsignorecase',
		'Whether two texts are the same but for upper and lower case.',
		["EqualsIgnoreCase('Ab', 'aB')", 'true'],
		(value, part) => value.toLowerCase() === part.toLowerCase(),
		'EqualsIgnoreCase',
	),
	defineFunction({
		name: 'replace',
		description: 'Every occurrence of a text replaced by another; plain text, see REGEX_REPLACE for patterns.',
		otherwise: 'unchanged where it does not occur, or is empty',
		examples: [["replace('a.b.c', '.', '-')", 'a-b-c']],
		signatures: [
			scalarSignature({
				parameters: [text('text'), text('part'), text('by')],
				result: 'string',
				fails: true,
				apply: (call, value, part, by) => {
					if (part === '') return value;
					const most = by.length <= part.length ? value.length : (value.length / part.length) * by.length;
					if (most > value.length && !mayMake(value.length + (value.split(part).length - 1) * (by.length - part.length), call)) return null;
					return value.replaceAll(part, () => by);
				},
			}),
		],
	}),
	defineFunction({
		name: 'translate',
		description: 'Each character found in the second text replaced by the one at the same position of the third; without one there, removed.',
		examples: [["translate('12:34', ':4', '.')", '12.3']],
		signatures: [
			scalarSignature({
				parameters: [text('text'), text('from'), text('to')],
				result: 'string',
				apply: (_call, value, from, to) => {
					const targets = [...to];
					const map = new Map<string, string>();
					[...from].forEach((character, index) => {
						if (!map.has(character)) map.set(character, targets[index] ?? '');
					});
					let out = '';
					for (const character of value) out += map.get(character) ?? character;
					return out;
				},
			}),
		],
	}),
	defineFunction({
		name: 'split_part',
		description: 'The part at a position of a text cut at every occurrence of a delimiter; 1 is the first part, -1 the last.',
		otherwise: 'null where there is no such part',
		examples: [
			["split_part('a,b,c', ',', 2)", 'b'],
			["split_part('a,b,c', ',', -1)", 'c'],
			["split_part('a,b,c', ',', 4)", null],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), text('delimiter'), whole('position')],
				result: 'string',
				apply: (_call, value, delimiter, position) => {
					const parts = delimiter === '' ? [value] : value.split(delimiter);
					const at = Number(position);
					return parts[at > 0 ? at - 1 : parts.length + at] ?? null;
				},
			}),
		],
	}),
	defineFunction({
		name: 'count_matches',
		description: 'How often a text occurs in another, without overlaps.',
		otherwise: '0 where it does not occur, or is empty',
		examples: [["count_matches('banana', 'an')", '2']],
		signatures: [
			scalarSignature({
				parameters: [text('text'), text('part')],
				result: 'integer',
				apply: (_call, value, part) => (part === '' ? 0 : value.split(part).length - 1),
			}),
		],
	}),
	defineFunction({
		name: 'ascii',
		aliases: ['unicode', 'ord'],
		description: 'The code point of the first character.',
		otherwise: 'null for empty text',
		examples: [["ascii('A')", '65']],
		signatures: [scalarSignature({ parameters: [text('text')], result: 'integer', apply: (_call, value) => value.codePointAt(0) ?? null })],
	}),
	defineFunction({
		name: 'chr',
		aliases: ['char'],
		description: 'The character of a code point.',
		otherwise: 'a number that is no character fails the row (invalid_argument)',
		examples: [['chr(8364)', '€']],
		signatures: [
			scalarSignature({
				parameters: [whole('code')],
				result: 'string',
				fails: true,
				apply: (call, code) => {
					const point = Number(code);
					const valid = point >= 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
					return valid ? String.fromCodePoint(point) : call.fail('invalid_argument', `${code} is no code point of a character: 0 to 1114111 are.`);
				},
			}),
		],
	}),
	defineFunction({
		name: 'levenshtein',
		aliases: ['edit_distance'],
		description: 'How many characters must be inserted, removed or replaced to make one text the other; texts of up to 1,000 characters.',
		otherwise: 'longer texts fail the row (invalid_argument)',
		examples: [["levenshtein('kitten', 'sitting')", '3']],
		signatures: [
			scalarSignature({
				parameters: [text('a'), text('b')],
				result: 'integer',
				fails: true,
				apply: (call, a, b) => {
					// Quadratic: bounded so that a row cannot hold the Worker.
					if (codePointLength(a) > 1000 || codePointLength(b) > 1000)
						return call.fail('invalid_argument', 'levenshtein compares texts of at most 1000 characters.');
					return editDistance([...a], [...b]);
				},
			}),
		],
	}),
];

function test(
	name: string,
	description: string,
	example: readonly [string, string],
	apply: (value: string, part: string) => boolean,
	spelling = name.toUpperCase(),
): FunctionDefinition {
	return defineFunction({
		name,
		spelling,
		description,
		examples: [example],
		signatures: [scalarSignature({ parameters: [text('text'), text('part')], result: 'boolean', apply: (_call, value, part) => apply(value, part) })],
	});
}

function editDistance(a: readonly string[], b: readonly string[]): number {
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			current.push(Math.min(replaced, (previous[j] as number) + 1, (current[j - 1] as number) + 1));
		}
		previous = current;
	}
	return previous[b.length] as number;
}
