import { INTERNAL_ERROR, isInputRequiredResult, ProtocolError } from '@modelcontextprotocol/server';
import { describeFault } from '../../lib/log.ts';
import { principalFromJson } from '../../model/principal-json.ts';
import type { PerformTask } from '../../objects/task.ts';
import type { TaskStep } from '../../operations/tasks/ports.ts';
import type { Caller } from '../dispatch.ts';
import type { Surface } from '../surface.ts';

/** Makes the call of a task as the request would have made it: same rights, same record. */
export function performOn(surface: Surface): PerformTask {
	return async ({ order, operations, signal, tell }) => {
		const { call, requestId } = order;
		const caller: Caller = {
			principal: principalFromJson(order.principal),
			operations,
			requestId,
			log: operations.log,
			signal,
			notify: async ({ message }) => tell(message),
		};
		try {
			const result = await surface.call(call, caller, null);
			if (!isInputRequiredResult(result)) return { kind: 'completed', result };
			return { kind: 'parked', inputRequests: result.inputRequests ?? {}, requestState: result.requestState };
		} catch (error) {
			return failed(error, caller);
		}
	};
}

/** Only errors that the protocol itself gives were meant to be read. */
function failed(error: unknown, { log, requestId }: Caller): TaskStep {
	if (error instanceof ProtocolError) {
		const { code, message, data } = error;
		return { kind: 'failed', error: { code, message, ...(data === undefined ? {} : { data }) } };
	}
	log.error('a task failed', { error: describeFault(error) });
	return { kind: 'failed', error: { code: INTERNAL_ERROR, message: `Something went wrong inside Headgate (reference ${requestId}).` } };
}
