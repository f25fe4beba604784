import type { Batch } from '../data/batch.ts';
import type { Vector } from '../data/vector.ts';
import { withNulls } from '../data/with-nulls.ts';
import { type Environment, platformEnvironment } from './evaluation/environment.ts';
import { Frame } from './evaluation/frame.ts';
import { compileNode } from './evaluation/nodes.ts';
import { spread } from './evaluation/operand.ts';
import { holdsSecret } from './evaluation/traits.ts';
import type { Expr, RowError } from './ir.ts';

/**
 * Evaluates over a whole batch. A row that fails is null in the vector and appends one `RowError` (the first that happened);
 * nothing is thrown for data. The vector may be a column of the batch itself.
 */
export type CompiledExpression = (batch: Batch, errors: RowError[]) => Vector;

/** Prepares an expression for evaluation over any number of batches whose schema has its columns. */
export function compile(expr: Expr, environment: Environment = platformEnvironment()): CompiledExpression {
	const evaluate = compileNode(expr);
	const secret = holdsSecret(expr);
	return (batch, errors) => {
		const failures: RowError[] = [];
		const frame = new Frame(batch, failures, environment);
		const vector = spread(evaluate(frame), batch.length);
		return failures.length === 0 ? vector : settle(vector, secret ? failures.map(keptBack) : failures, errors);
	};
}

/** What a function says of a value tells the value, or what was made of it. */
function keptBack({ row, class: cause }: RowError): RowError {
	return { row, class: cause, message: 'the expression fails for this row; what it says is kept back, because a secret variable is part of it' };
}

/** Nulls the failed rows, which a function above the failure may have made something of, and reports each once. */
function settle(vector: Vector, failures: readonly RowError[], errors: RowError[]): Vector {
	const nulls = vector.nulls === null ? new Uint8Array(vector.length) : vector.nulls.slice();
	const seen = new Uint8Array(vector.length);
	for (const failure of failures) {
		nulls[failure.row] = 1;
		if (seen[failure.row] === 1) continue;
		seen[failure.row] = 1;
		errors.push(failure);
	}
	return withNulls(vector, nulls);
}
