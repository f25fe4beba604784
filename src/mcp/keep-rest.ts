import { keepAnswer } from '../operations/answers/keep.ts';
import { refusal } from './policy/visible.ts';
import type { Keep } from './result.ts';
import type { ToolContext } from './tool.ts';
import { getResult } from './tools/account/get-result.ts';

/** The rest of a cut answer is kept where its reader may call the tool that reads it. */
export function keepRest({ operations, principal, log }: Pick<ToolContext, 'operations' | 'principal' | 'log'>): Keep {
	return async (whole) => {
		if (refusal(getResult, principal) !== null) return null;
		return keepAnswer(operations, principal, whole).catch((error: unknown) => {
			log.warn('an answer could not be kept', { error: String(error) });
			return null;
		});
	};
}
