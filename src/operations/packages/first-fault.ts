import { AppError } from '../../lib/errors.ts';
import type { Fault } from '../../plan/fault.ts';

/** An error of `invalidPackage` for whoever shows its sentence alone: the first fault stands in it, with what to do about that one. */
export function withFirstFault(error: unknown): unknown {
	if (!(error instanceof AppError) || error.code !== 'invalid_package') return error;
	const faults = (error.details?.['faults'] ?? []) as readonly Fault[];
	const [first] = faults;
	if (first === undefined) return error;
	const where = first.component === null ? first.path : `${first.component} (${first.path})`;
	const others = faults.length > 1 ? ` and ${faults.length - 1} more` : '';
	const { details, retryable } = error;
	return new AppError(error.code, `${error.message}: ${where === '' ? '' : `${where}: `}${first.message}${others}`, {
		hint: first.hint,
		retryable,
		cause: error,
		...(details === undefined ? {} : { details }),
	});
}
