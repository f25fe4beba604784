import { vectorBuilder } from '../../data/builder.ts';
import { nullVector } from '../../data/gather.ts';
import type { Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { Call, CallInfo, ScalarFunction } from '../functions/definition.ts';
import type { RowErrorClass } from '../ir.ts';
import type { Environment } from './environment.ts';
import type { Frame } from './frame.ts';
import { isNullConstant, maskOf, type Operand, slotsOf, unitedNulls } from './operand.ts';

/** The row a scalar function is working on. */
class RowCall implements Call {
	readonly info: CallInfo;
	readonly environment: Environment;
	resultOffset = 0;
	row = 0;
	private readonly frame: Frame;
	private readonly operands: readonly Operand[];

	constructor(info: CallInfo, frame: Frame, operands: readonly Operand[]) {
		this.info = info;
		this.frame = frame;
		this.operands = operands;
		this.environment = frame.environment;
	}

	offset(argument: number): number {
		const operand = this.operands[argument];
		if (operand === undefined || operand.vector.layout !== 'float64' || !operand.vector.offsets) return 0;
		return operand.vector.offsets[this.row & maskOf(operand)] as number;
	}

	reserve(length: number): void {
		this.frame.reserve(length);
	}

	fail(cause: RowErrorClass, message: string): null {
		this.frame.fail(this.row, cause, message);
		return null;
	}
}

/** Calls a function for each row in which no argument is null. One loop for each number of arguments, so that none makes an array a row. */
export function evaluateScalar(apply: ScalarFunction, info: CallInfo, operands: readonly Operand[], frame: Frame): Vector {
	const { length } = frame;
	if (operands.some(isNullConstant)) return nullVector(info.result, length);
	const nulls = unitedNulls(operands, length);
	const call = new RowCall(info, frame, operands);
	const builder = vectorBuilder(info.result, length);
	const slots = operands.map(({ vector }) => slotsOf(vector));
	const masks = operands.map(maskOf);
	const [a = [], b = [], c = []] = slots;
	const [maskA = 0, maskB = 0, maskC = 0] = masks;
	const push = (value: Value): void => {
		builder.push(value, call.resultOffset);
		call.resultOffset = 0;
	};
	for (let row = 0; row < length; row++) {
		if (nulls !== null && nulls[row] === 1) {
			builder.push(null);
			continue;
		}
		call.row = row;
		switch (slots.length) {
			case 0:
				push(apply(call));
				break;
			case 1:
				push(apply(call, a[row & maskA] as Value));
				break;
			case 2:
				push(apply(call, a[row & maskA] as Value, b[row & maskB] as Value));
				break;
			case 3:
				push(apply(call, a[row & maskA] as Value, b[row & maskB] as Value, c[row & maskC] as Value));
				break;
			default:
				push(apply(call, ...slots.map((values, index) => values[row & (masks[index] as number)] as Value)));
		}
	}
	return builder.finish();
}

/** As `evaluateScalar`, for functions that are told of nulls. */
export function evaluateWithNulls(apply: ScalarFunction, info: CallInfo, operands: readonly Operand[], frame: Frame): Vector {
	const call = new RowCall(info, frame, operands);
	const builder = vectorBuilder(info.result, frame.length);
	const columns = operands.map((operand) => ({ slots: slotsOf(operand.vector), nulls: operand.vector.nulls, mask: maskOf(operand) }));
	for (let row = 0; row < frame.length; row++) {
		call.row = row;
		const values = columns.map(({ slots, nulls, mask }) => (nulls !== null && nulls[row & mask] === 1 ? null : (slots[row & mask] as Value)));
		builder.push(apply(call, ...values), call.resultOffset);
		call.resultOffset = 0;
	}
	return builder.finish();
}
