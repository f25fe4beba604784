import { compareValues } from '../../data/compare.ts';
import type { DataType, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { compare } from '../evaluation/compare.ts';
import type { Frame } from '../evaluation/frame.ts';
import { truths } from '../evaluation/logic.ts';
import { mergeParts, type Part } from '../evaluation/merge.ts';
import { column, maskOf, type Operand, slotsOf } from '../evaluation/operand.ts';
import { type CallInfo, defineFunction, type FunctionDefinition, type Signature, scalarSignature, vectorSignature } from './definition.ts';
import { anything, boolean, nullable, same } from './parameter.ts';

/** Choosing between values. `special` ones become nodes of their own in the checker: their branches are lazy. */
export const CONDITIONS: readonly FunctionDefinition[] = [
	special(
		'coalesce',
		'COALESCE',
		'The first value that is not null; those behind it are not evaluated.',
		[["coalesce(null, 'a', 'b')", 'a']],
		'null only if all are null',
		[same('value')],
		same('other'),
		['ifnull', 'nvl'],
	),
	special(
		'if',
		'IF',
		'One value where a condition is true, the other where it is false or null; also condition ? a : b and case when.',
		[
			["if(2 > 1, 'more', 'less')", 'more'],
			['null ? 1 : 2', '2'],
		],
		'a null condition chooses the second value',
		[boolean('condition'), same('then'), same('otherwise')],
		null,
		['iif', 'iff'],
	),
	special('nvl2', 'NVL2', 'The second value where the first is not null, else the third.', [["nvl2(null, 'known', 'unknown')", 'unknown']], 'decides by it', [
		anything('value'),
		same('then'),
		same('otherwise'),
	]),
	defineFunction({
		name: 'nullif',
		description: 'The first value, or null where both are equal.',
		nulls: 'the first value if the second is null',
		examples: [
			["nullif('n/a', 'n/a')", null],
			['nullif(5, 0)', '5'],
		],
		signatures: [
			vectorSignature({
				parameters: [same('a'), same('b')],
				result: (types) => types[0] as DataType,
				evaluate: (operands, info, frame) => {
					const equal = truths(column(compare('eq', operands[0] as Operand, operands[1] as Operand, frame.length)), frame.length);
					const rows = Uint32Array.from({ length: frame.length }, (_, row) => row).filter((row) => equal[row] !== 1);
					return mergeParts(info.result, [{ rows, operand: operands[0] as Operand, dense: true }], frame.length);
				},
			}),
		],
	}),
	extreme('greatest', 'The largest of the values.', [['greatest(1, 3.5, 2)', '3.5']], (order) => order > 0),
	extreme('least', 'The smallest of the values.', [["least(date '2024-01-31', '2024-01-01')", '2024-01-01']], (order) => order < 0),
	defineFunction({
		name: 'isempty',
		spelling: 'IsEmpty',
		description: 'Whether a text is empty or null, a json value an empty array, an empty object or null.',
		nulls: 'true for null',
		examples: [
			["isempty('')", 'true'],
			["isempty(' ')", 'false'],
		],
		signatures: [
			scalarSignature({
				parameters: [nullable({ ...anything('value'), kinds: ['string', 'json'] })],
				result: 'boolean',
				takesNulls: true,
				apply: (call, value) =>
					value === null || value === '' || (call.info.types[0]?.kind === 'json' && (value === '[]' || value === '{}' || value === 'null' || value === '""')),
			}),
		],
	}),
];

/** Never evaluated as a call. */
function special(
	name: string,
	spelling: string,
	description: string,
	examples: FunctionDefinition['examples'],
	nulls: string,
	parameters: Signature['parameters'],
	rest: Signature['rest'] = null,
	aliases: readonly string[] = [],
): FunctionDefinition {
	const evaluate = (): Vector => {
		throw new TypeError(`${name} is a node of its own, not a call`);
	};
	const result = (types: readonly DataType[]) => types[types.length - 1] as DataType;
	const signature = vectorSignature({ parameters, ...(rest === null ? {} : { rest }), result, resultName: 'as the values', evaluate });
	return defineFunction({ name, spelling, description, examples, nulls, aliases, signatures: [signature] });
}

function extreme(name: string, description: string, examples: FunctionDefinition['examples'], better: (order: number) => boolean): FunctionDefinition {
	return defineFunction({
		name,
		description,
		nulls: 'nulls are left out; null if all are null',
		examples,
		signatures: [
			vectorSignature({
				parameters: [same('value')],
				rest: same('other'),
				result: (types) => types[0] as DataType,
				resultName: 'as the values',
				evaluate: (operands, info, frame) => best(operands, info, frame, better),
			}),
		],
	});
}

/** Chooses an operand for each row first, so that a datetime keeps the offset it came with. */
function best(operands: readonly Operand[], info: CallInfo, frame: Frame, better: (order: number) => boolean): Vector {
	const columns = operands.map((operand) => ({ slots: slotsOf(operand.vector), nulls: operand.vector.nulls, mask: maskOf(operand) }));
	const chosen: number[][] = operands.map(() => []);
	for (let row = 0; row < frame.length; row++) {
		let winner = -1;
		let winning: Value = null;
		columns.forEach(({ slots, nulls, mask }, index) => {
			if (nulls !== null && nulls[row & mask] === 1) return;
			const value = slots[row & mask] as Exclude<Value, null>;
			if (winning !== null && !better(compareValues(info.result, value, winning))) return;
			winner = index;
			winning = value;
		});
		if (winner !== -1) (chosen[winner] as number[]).push(row);
	}
	const parts = operands.map((operand, index): Part => ({ rows: Uint32Array.from(chosen[index] as number[]), operand, dense: true }));
	return mergeParts(info.result, parts, frame.length);
}
