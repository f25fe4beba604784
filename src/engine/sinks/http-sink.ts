import { AppError } from '../../lib/errors.ts';
import type { HttpDestination } from '../../plan/endpoints.ts';
import type { OperatorContext, Sink } from '../operator.ts';
export function httpSink(_context: OperatorContext, _destination: HttpDestination): Sink {
	throw new AppError('invalid_input', 'http', {});
}
