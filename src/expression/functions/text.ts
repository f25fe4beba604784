import { formatValue } from '../../data/text.ts';
import type { Value } from '../../data/types.ts';
import { codePointLength, codePointSlice, mayMake } from './code-points.ts';
import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { bytes, nullable, optional, scalar, text, whole } from './parameter.ts';

/** Texts made of texts. */
export const TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'concat',
		spelling: 'CONCAT',
		description: 'Joins values into one text; numbers and dates become their text. The operator is a || b.',
		nulls: 'null if any argument is null (CONCAT_WS leaves nulls out)',
		examples: [
			["concat('a', 1, true)", 'a1true'],
			["'a' || null", null],
		],
		signatures: [
			scalarSignature({
				parameters: [scalar('value')],
				rest: scalar('value'),
				result: 'string',
				fails: true,
				apply: (call, ...values) => joined(call, '', values),
			}),
		],
	}),
	defineFunction({
		name: 'concat_ws',
		description: 'Joins values with a separator between them.',
		nulls: 'null values are left out; null if the separator is null',
		examples: [["concat_ws('-', 'a', null, 2)", 'a-2']],
		signatures: [
			scalarSignature({
				parameters: [nullable(text('separator')), nullable(scalar('value'))],
				rest: nullable(scalar('value')),
				result: 'string',
				fails: true,
				takesNulls: true,
				apply: (call, separator, ...values) => (separator === null ? null : joined(call, separator, values, 1)),
			}),
		],
	}),
	one('lower', 'In lower case, by Unicode.', ["lower('ÀB')", 'àb'], (value) => value.toLowerCase(), ['lcase']),
	one('upper', 'In upper case, by Unicode.', ["upper('àb')", 'ÀB'], (value) => value.toUpperCase(), ['ucase']),
	one('ucfirst', 'With its first letter in upper case.', ["ucfirst('new york')", 'New york'], (value) => firstMapped(value, (letter) => letter.toUpperCase())),
	one('lcfirst', 'With its first letter in lower case.', ["lcfirst('ABC')", 'aBC'], (value) => firstMapped(value, (letter) => letter.toLowerCase())),
	one('initcap', 'The first letter of each word in upper case, the others in lower case.', ["initcap('new YORK')", 'New York'], (value) =>
		value.toLowerCase().replace(/[\p{L}\p{N}]+/gu, (word) => firstMapped(word, (letter) => letter.toUpperCase())),
	),
	one('reverse', 'The characters in reverse order.', ["reverse('abc')", 'cba'], (value) => [...value].reverse().join('')),
	trimmer('trim', 'both ends', (value, is) => value.slice(leading(value, is), trailing(value, is))),
	trimmer('ltrim', 'the beginning', (value, is) => value.slice(leading(value, is))),
	trimmer('rtrim', 'the end', (value, is) => value.slice(0, trailing(value, is, 0))),
	defineFunction({
		name: 'length',
		aliases: ['len', 'char_length', 'character_length'],
		description: 'How many characters (code points) a text has, or bytes a binary.',
		examples: [["length('añ😀')", '3']],
		signatures: [
			scalarSignature({ parameters: [text('text')], result: 'integer', apply: (_call, value) => codePointLength(value) }),
			scalarSignature({ parameters: [bytes('bytes')], result: 'integer', apply: (_call, value) => value.length }),
		],
	}),
	defineFunction({
		name: 'substring',
		aliases: ['substr', 'mid'],
		description: 'The characters from a position on (1 is the first, -1 the last), at most length of them.',
		otherwise: 'empty text where there are none',
		examples: [
			["substring('headgate', 5)", 'gate'],
			["substring('headgate', 1, 4)", 'head'],
			["substring('headgate', -4, 2)", 'ga'],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), whole('start'), optional(whole('length'))],
				result: 'string',
				apply: (_call, value, start, length) => {
					const from = Number(start) < 0 ? codePointLength(value) + Number(start) : Number(start) - 1;
					const to = length === undefined ? Number.POSITIVE_INFINITY : from + Number(length);
					return codePointSlice(value, Math.max(0, from), Math.min(to, value.length));
				},
			}),
		],
	}),
	end('left', 'The first characters; a negative number leaves so many off at the end.', ["left('headgate', 4)", 'head'], (value, count) =>
		codePointSlice(value, 0, count >= 0 ? count : codePointLength(value) + count),
	),
	end('right', 'The last characters; a negative number leaves so many off at the beginning.', ["right('headgate', 4)", 'gate'], (value, count) =>
		codePointSlice(value, count >= 0 ? Math.max(0, codePointLength(value) - count) : -count, value.length),
	),
	padder('lpad', 'left', (value, padding) => padding + value),
	padder('rpad', 'right', (value, padding) => value + padding),
	defineFunction({
		name: 'repeat',
		description: 'A text so many times over.',
		otherwise: 'empty text where count is below 1',
		examples: [["repeat('ab', 3)", 'ababab']],
		signatures: [
			scalarSignature({
				parameters: [text('text'), whole('count')],
				result: 'string',
				fails: true,
				apply: (call, value, count) => {
					const times = Math.max(0, Number(count));
					return mayMake(value.length * times, call) ? value.repeat(value === '' ? 0 : times) : null;
				},
			}),
		],
	}),
];

/** `from`: index of the first value among the call's arguments. */
function joined(call: Call, separator: string, values: readonly Value[], from = 0): string | null {
	let text = '';
	let first = true;
	for (let index = 0; index < values.length; index++) {
		const value = values[index];
		if (value === null || value === undefined) continue;
		const type = call.info.types[from + index];
		const piece = type === undefined || type.kind === 'string' ? (value as string) : formatValue(type, value, call.offset(from + index));
		text += first ? piece : separator + piece;
		first = false;
	}
	return mayMake(text.length, call) ? text : null;
}

function one(
	name: string,
	description: string,
	example: readonly [string, string],
	apply: (value: string) => string,
	aliases: readonly string[] = [],
): FunctionDefinition {
	return defineFunction({
		name,
		aliases,
		description,
		examples: [example],
		signatures: [scalarSignature({ parameters: [text('text')], result: 'string', apply: (_call, value) => apply(value) })],
	});
}

function end(name: string, description: string, example: readonly [string, string], apply: (value: string, count: number) => string): FunctionDefinition {
	return defineFunction({
		name,
		description,
		examples: [example],
		signatures: [
			scalarSignature({ parameters: [text('text'), whole('count')], result: 'string', apply: (_call, value, count) => apply(value, Number(count)) }),
		],
	});
}

function firstMapped(value: string, map: (letter: string) => string): string {
	const first = codePointSlice(value, 0, 1);
	return map(first) + value.slice(first.length);
}

function trimmer(name: string, where: string, cut: (value: string, is: (character: string) => boolean) => string): FunctionDefinition {
	return defineFunction({
		name,
		description: `Without white space, or without the given characters, at ${where}.`,
		examples: [
			[`${name}('  a ') || '|'`, { trim: 'a|', ltrim: 'a |', rtrim: '  a|' }[name] ?? ''],
			[`${name}('xxaxx', 'x')`, { trim: 'a', ltrim: 'axx', rtrim: 'xxa' }[name] ?? ''],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), optional(text('characters'))],
				result: 'string',
				apply: (_call, value, characters) => cut(value, characters === undefined ? isBlank : (character) => characters.includes(character)),
			}),
		],
	});
}

function isBlank(character: string): boolean {
	return character.trim() === '';
}

function leading(value: string, is: (character: string) => boolean): number {
	let at = 0;
	for (const character of value) {
		if (!is(character)) break;
		at += character.length;
	}
	return at;
}

function trailing(value: string, is: (character: string) => boolean, from = leading(value, is)): number {
	let at = value.length;
	while (at > from) {
		const low = value.charCodeAt(at - 1);
		const width = low >= 0xdc00 && low <= 0xdfff && at - 2 >= from ? 2 : 1;
		if (!is(value.slice(at - width, at))) break;
		at -= width;
	}
	return at;
}

function padder(name: string, side: string, join: (value: string, padding: string) => string): FunctionDefinition {
	const isLeft = name === 'lpad';
	return defineFunction({
		name,
		description: `Brought to a length: filled on the ${side} with a text (blanks where left out), or cut at the end.`,
		otherwise: 'unchanged where the fill is empty and the text too short',
		examples: [
			[`${name}('7', 3, '0')`, isLeft ? '007' : '700'],
			[`${name}('abcd', 2)`, 'ab'],
		],
		signatures: [
			scalarSignature({
				parameters: [text('text'), whole('length'), optional(text('fill'))],
				result: 'string',
				fails: true,
				apply: (call, value, wanted, fill = ' ') => {
					const length = Math.max(0, Number(wanted));
					const missing = length - codePointLength(value);
					if (missing <= 0) return codePointSlice(value, 0, length);
					const width = codePointLength(fill);
					if (width === 0) return value;
					const times = Math.ceil(missing / width);
					if (!mayMake(value.length + times * fill.length, call)) return null;
					return join(value, codePointSlice(fill.repeat(times), 0, missing));
				},
			}),
		],
	});
}
