import type { Schema } from '../../data/types.ts';
import type { CallInfo, Implementation } from '../functions/definition.ts';
import { functionNamed } from '../functions/registry.ts';
import type { CallExpr, CaseExpr, ColumnExpr, Expr, LogicalExpr } from '../ir.ts';
import { schemaIndex } from '../schema-index.ts';
import { prepareCast } from './cast.ts';
import type { Frame } from './frame.ts';
import { literalOperand, literalValue } from './literal.ts';
import { combine, nullness, TRUE, truths, truthVector, undecided } from './logic.ts';
import { mergeParts, type Part } from './merge.ts';
import { type EvaluateCall, oncePerWord } from './once-per-word.ts';
import { column, maskOf, type Operand } from './operand.ts';
import { evaluateScalar, evaluateWithNulls } from './scalar.ts';
import { isCheap, mayFail, signatureOf } from './traits.ts';

/** A compiled node. */
export type Evaluator = (frame: Frame) => Operand;

export function compileNode(expr: Expr): Evaluator {
	switch (expr.kind) {
		case 'literal': {
			const operand = literalOperand(expr);
			return () => operand;
		}
		case 'column':
			return compileColumn(expr);
		case 'cast': {
			const argument = compileNode(expr.argument);
			const cast = prepareCast(expr.argument.type, expr.type, expr.lenient);
			return (frame) => cast(argument(frame), frame);
		}
		case 'call':
			return compileCall(expr);
		case 'case':
			return compileCase(expr);
		case 'coalesce':
			return compileCoalesce(expr);
		default:
			return compileLogical(expr, expr.kind);
	}
}

function compileColumn(expr: ColumnExpr): Evaluator {
	let schema: Schema | null = null;
	let index = -1;
	return (frame) => {
		if (frame.schema !== schema) {
			schema = frame.schema;
			index = schemaIndex(schema).get(expr.name) ?? -1;
			if (index === -1) throw new TypeError(`The batch has no column ${expr.name}`);
		}
		return column(frame.column(index));
	};
}

function compileCall(expr: CallExpr): Evaluator {
	const args = expr.arguments.map(compileNode);
	const { implementation } = signatureOf(expr);
	const info: CallInfo = {
		types: expr.arguments.map(({ type }) => type),
		result: expr.type,
		literals: expr.arguments.map((argument) => (argument.kind === 'literal' ? literalValue(argument) : undefined)),
	};
	const own = evaluateCall(implementation, info);
	const evaluate = functionNamed(expr.function).volatility === 'pure' ? oncePerWord(own) : own;
	return (frame) =>
		column(
			evaluate(
				args.map((argument) => argument(frame)),
				frame,
			),
		);
}

function evaluateCall(implementation: Implementation, info: CallInfo): EvaluateCall {
	if (implementation.kind === 'vector') return (operands, frame) => implementation.evaluate(operands, info, frame);
	const apply = implementation.prepare(info);
	const evaluate = implementation.skipsNulls ? evaluateScalar : evaluateWithNulls;
	return (operands, frame) => evaluate(apply, info, operands, frame);
}

/** A branch, and whether it may be evaluated for rows that do not take it. */
interface Branch {
	readonly evaluate: Evaluator;
	readonly eager: boolean;
}

function compileBranch(expr: Expr): Branch {
	return { evaluate: compileNode(expr), eager: isCheap(expr) && !mayFail(expr) };
}

/** A branch's operand for some rows of a frame (null: all). */
function evaluatePart(branch: Branch, frame: Frame, rows: Uint32Array | null): Part {
	if (rows === null || rows.length === frame.length) return { rows: null, operand: branch.evaluate(frame), dense: true };
	return branch.eager ? { rows, operand: branch.evaluate(frame), dense: true } : { rows, operand: branch.evaluate(frame.select(rows)), dense: false };
}

function compileLogical(expr: LogicalExpr, kind: 'and' | 'or'): Evaluator {
	const [first, ...others] = expr.arguments.map(compileBranch) as [Branch, ...Branch[]];
	return (frame) => {
		const result = truths(first.evaluate(frame), frame.length);
		for (const branch of others) {
			if (branch.eager) combine(kind, result, truths(branch.evaluate(frame), frame.length), null);
			else {
				const rows = undecided(kind, result);
				if (rows.length === 0) break;
				const operand = branch.evaluate(frame.select(rows));
				combine(kind, result, truths(operand, rows.length), rows);
			}
		}
		return column(truthVector(result));
	};
}

function compileCase(expr: CaseExpr): Evaluator {
	const branches = expr.branches.map(({ when, then }) => ({ when: compileBranch(when), then: compileBranch(then) }));
	const otherwise = compileBranch(expr.otherwise);
	return (frame) => {
		const parts: Part[] = [];
		let remaining: Uint32Array | null = null;
		for (const { when, then } of branches) {
			const condition = evaluatePart(when, frame, remaining);
			const split = splitByTruth(condition, remaining, frame.length);
			if (split.taken.length > 0) parts.push(evaluatePart(then, frame, split.taken));
			remaining = split.left;
			if (remaining.length === 0) break;
		}
		if (remaining === null || remaining.length > 0) parts.push(evaluatePart(otherwise, frame, remaining));
		return column(mergeParts(expr.type, parts, frame.length));
	};
}

/** Divides the rows a condition was evaluated for into those it is true for and the others. */
function splitByTruth(condition: Part, rows: Uint32Array | null, length: number): { taken: Uint32Array; left: Uint32Array } {
	const { vector } = condition.operand;
	const values = vector.values as Uint8Array;
	const { nulls } = vector;
	const mask = maskOf(condition.operand);
	const count = rows === null ? length : rows.length;
	const taken = new Uint32Array(count);
	const left = new Uint32Array(count);
	let takenCount = 0;
	let leftCount = 0;
	for (let at = 0; at < count; at++) {
		const row = rows === null ? at : (rows[at] as number);
		const slot = (condition.dense ? row : at) & mask;
		if (values[slot] === TRUE && (nulls === null || nulls[slot] === 0)) taken[takenCount++] = row;
		else left[leftCount++] = row;
	}
	return { taken: taken.subarray(0, takenCount), left: left.subarray(0, leftCount) };
}

function compileCoalesce(expr: LogicalExpr): Evaluator {
	const branches = expr.arguments.map(compileBranch);
	return (frame) => {
		const parts: Part[] = [];
		let remaining: Uint32Array | null = null;
		for (const branch of branches) {
			const part = evaluatePart(branch, frame, remaining);
			if (part.operand.vector.nulls === null) {
				parts.push(part);
				return column(mergeParts(expr.type, parts, frame.length));
			}
			const present: Part = { ...part, operand: column(nullness(part.operand, part.dense ? frame.length : (part.rows as Uint32Array).length, 0)) };
			const { taken, left } = splitByTruth(present, remaining, frame.length);
			// Taken rows are a part by their own numbers, and a part that is not dense has no slots for those: keep it whole, nulls and all.
			if (taken.length > 0) parts.push(part.dense ? { ...part, rows: taken } : part);
			remaining = left;
			if (left.length === 0) break;
		}
		return column(mergeParts(expr.type, parts, frame.length));
	};
}
