import { AppError } from '../../lib/errors.ts';
import type { HttpSource } from '../../plan/endpoints.ts';
import type { Operator, OperatorContext } from '../operator.ts';
export function httpScan(_context: OperatorContext, _source: HttpSource): Operator {
	throw new AppError('invalid_input', 'http', {});
}
