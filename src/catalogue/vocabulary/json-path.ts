import { parseJsonPath } from '../../data/jsonpath.ts';
import { AppError } from '../../lib/errors.ts';
import type { LowerContext } from '../component.ts';

/** Whether a text is a JSONPath; tells what is wrong with it where it is none. */
export function isJsonPath(text: string, path: string, context: LowerContext): boolean {
	try {
		parseJsonPath(text);
		return true;
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		context.fault(path, error.message, error.hint);
		return false;
	}
}
