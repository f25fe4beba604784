import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { double, number, text, whole } from './parameter.ts';

/** Functions of doubles; other numbers are widened. A result that is no finite number fails the row. */
export const NUMBER_FUNCTIONS: readonly FunctionDefinition[] = [
	of('sqrt', 'The square root.', ['sqrt(16)', '4'], Math.sqrt, 'a negative number fails the row (invalid_argument)'),
	of('cbrt', 'The cube root.', ['cbrt(27)', '3'], Math.cbrt),
	of('exp', 'e to that power.', ['exp(0)', '1'], Math.exp, 'a result past a double fails the row (overflow)'),
	of('ln', 'The natural logarithm.', ['ln(1)', '0'], Math.log, 'a number not above 0 fails the row (invalid_argument)'),
	of('log10', 'The logarithm to base 10.', ['log10(1000)', '3'], Math.log10, 'a number not above 0 fails the row (invalid_argument)'),
	of('log2', 'The logarithm to base 2.', ['log2(8)', '3'], Math.log2, 'a number not above 0 fails the row (invalid_argument)'),
	defineFunction({
		name: 'log',
		description: 'The natural logarithm; with two arguments, that of the second to the base of the first.',
		otherwise: 'a number not above 0 fails the row (invalid_argument)',
		examples: [
			['log(1)', '0'],
			['log(2, 8)', '3'],
		],
		signatures: [
			scalarSignature({ parameters: [double('number')], result: 'double', fails: true, apply: (call, value) => finite(call, Math.log(value), 'log', value) }),
			scalarSignature({
				parameters: [double('base'), double('number')],
				result: 'double',
				fails: true,
				apply: (call, base, value) =>
					finite(call, base === 2 ? Math.log2(value) : base === 10 ? Math.log10(value) : Math.log(value) / Math.log(base), 'log', base, value),
			}),
		],
	}),
	defineFunction({
		name: 'power',
		aliases: ['pow'],
		description: 'A number raised to a power.',
		otherwise: 'a root of a negative number fails the row (invalid_argument), a result past a double too (overflow)',
		examples: [['power(2, 10)', '1024']],
		signatures: [
			scalarSignature({
				parameters: [double('number'), double('exponent')],
				result: 'double',
				fails: true,
				apply: (call, a, b) => finite(call, a ** b, 'power', a, b),
			}),
		],
	}),
	defineFunction({
		name: 'sign',
		aliases: ['signum'],
		description: '-1, 0 or 1.',
		examples: [['sign(-2.5)', '-1']],
		signatures: [
			scalarSignature({
				parameters: [number('number')],
				result: 'integer',
				apply: (_call, value) => (value > 0 ? 1 : value < 0 ? -1 : value === 0 ? 0 : null),
			}),
		],
		otherwise: 'null for NaN',
	}),
	of('sin', 'The sine of an angle in radians.', ['sin(0)', '0'], Math.sin),
	of('cos', 'The cosine of an angle in radians.', ['cos(0)', '1'], Math.cos),
	of('tan', 'The tangent of an angle in radians.', ['tan(0)', '0'], Math.tan),
	of('asin', 'The angle, in radians, of that sine.', ['asin(0)', '0'], Math.asin, 'a number past -1 to 1 fails the row (invalid_argument)'),
	of('acos', 'The angle, in radians, of that cosine.', ['acos(1)', '0'], Math.acos, 'a number past -1 to 1 fails the row (invalid_argument)'),
	of('atan', 'The angle, in radians, of that tangent.', ['atan(0)', '0'], Math.atan),
	of('sinh', 'The hyperbolic sine.', ['sinh(0)', '0'], Math.sinh, 'a result past a double fails the row (overflow)'),
	of('cosh', 'The hyperbolic cosine.', ['cosh(0)', '1'], Math.cosh, 'a result past a double fails the row (overflow)'),
	of('tanh', 'The hyperbolic tangent.', ['tanh(0)', '0'], Math.tanh),
	defineFunction({
		name: 'atan2',
		description: 'The angle, in radians, of the point (x, y).',
		examples: [['atan2(0, 1)', '0']],
		signatures: [scalarSignature({ parameters: [double('y'), double('x')], result: 'double', apply: (_call, y, x) => Math.atan2(y, x) })],
	}),
	of('degrees', 'Radians in degrees.', ['degrees(pi())', '180'], (value) => (value * 180) / Math.PI, 'a result past a double fails the row (overflow)'),
	of('radians', 'Degrees in radians.', ['radians(0)', '0'], (value) => (value * Math.PI) / 180),
	defineFunction({
		name: 'pi',
		description: 'π.',
		nulls: 'takes no arguments',
		examples: [['round(pi(), 4)', '3.1416']],
		signatures: [scalarSignature({ parameters: [], result: 'double', apply: () => Math.PI })],
	}),
	defineFunction({
		name: 'random',
		aliases: ['rand'],
		description: 'A random double, at least 0 and below 1, another in each row.',
		nulls: 'takes no arguments',
		examples: [['random() < 1', 'true']],
		volatility: 'volatile',
		signatures: [scalarSignature({ parameters: [], result: 'double', apply: (call) => call.environment.random() })],
	}),
	defineFunction({
		name: 'to_base',
		description: 'A whole number written in a base from 2 to 36.',
		otherwise: 'another base fails the row (invalid_argument)',
		examples: [['to_base(255, 16)', 'ff']],
		signatures: [
			scalarSignature({
				parameters: [whole('number'), whole('base')],
				result: 'string',
				fails: true,
				apply: (call, value, base) =>
					base >= 2 && base <= 36 ? value.toString(Number(base)) : call.fail('invalid_argument', `${base} is no base: 2 to 36 are.`),
			}),
		],
	}),
	defineFunction({
		name: 'from_base',
		description: 'A whole number (long) that is written in a base from 2 to 36.',
		otherwise: 'a text that is no such number, or past a long, fails the row (invalid_argument)',
		examples: [["from_base('ff', 16)", '255']],
		signatures: [
			scalarSignature({
				parameters: [text('text'), whole('base')],
				result: 'long',
				fails: true,
				apply: (call, value, base) => {
					const digits = value.trim().toLowerCase();
					const result = base >= 2 && base <= 36 && /^-?[0-9a-z]{1,64}$/.test(digits) ? readDigits(digits, Number(base)) : null;
					return result ?? call.fail('invalid_argument', `'${value.slice(0, 60)}' is no whole number in base ${base} that fits a long.`);
				},
			}),
		],
	}),
];

function readDigits(text: string, base: number): number | bigint | null {
	let value = 0n;
	for (const digit of text.replace('-', '')) {
		const place = Number.parseInt(digit, 36);
		if (place >= base) return null;
		value = value * BigInt(base) + BigInt(place);
	}
	if (text.startsWith('-')) value = -value;
	if (value < -(2n ** 63n) || value >= 2n ** 63n) return null;
	return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function of(name: string, description: string, example: readonly [string, string], apply: (value: number) => number, otherwise = ''): FunctionDefinition {
	return defineFunction({
		name,
		description,
		otherwise,
		examples: [example],
		signatures: [
			scalarSignature({ parameters: [double('number')], result: 'double', fails: true, apply: (call, value) => finite(call, apply(value), name, value) }),
		],
	});
}

/** Infinities and NaN that came in go out; those that were made here are an error. */
function finite(call: Call, result: number, name: string, ...inputs: number[]): number | null {
	if (Number.isFinite(result) || inputs.some((input) => !Number.isFinite(input))) return result;
	if (Number.isNaN(result) || name.startsWith('l')) return call.fail('invalid_argument', `${name}(${inputs.join(', ')}) is no number.`);
	return call.fail('overflow', `${name}(${inputs.join(', ')}) does not fit a double.`);
}
