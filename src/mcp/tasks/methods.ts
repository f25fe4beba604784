import { ProtocolError, ProtocolErrorCode, type Result, type Server, type ServerContext } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Exchange } from '../exchange.ts';
import { type FoundTask, findTask, lookAtTask } from './find.ts';
import { declaresTasks, tasksMissing } from './start.ts';
import { detailed } from './view.ts';

const DONE: Result = { resultType: 'complete' };
const taskId = z.string().min(1).max(500);
const responses = z.record(z.string(), z.unknown());
const named = z.object({ taskId });

/** `tasks/get`, `tasks/update` and `tasks/cancel`, for those who declare the extension and for their own tasks alone. */
export function serveTasks(server: Server, exchangeOf: (context: ServerContext) => Exchange): void {
	const on = <Params extends { readonly taskId: string }>(
		method: string,
		params: z.ZodType<Params>,
		answer: (found: FoundTask, given: Params, exchange: Exchange) => Promise<Result | null>,
	): void => {
		// Whoever does not know tasks is told so before anything is said about what was sent.
		server.setRequestHandler(method, { params: z.unknown() }, async (raw, context) => {
			if (!declaresTasks(context)) throw tasksMissing();
			// The SDK takes answers out of whatever message brings them.
			const given = params.safeParse({ ...(raw as object), inputResponses: context.mcpReq.inputResponses });
			if (!given.success) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Invalid params for ${method}: ${z.prettifyError(given.error)}`);
			const exchange = exchangeOf(context);
			const found = await findTask(given.data.taskId, exchange);
			const answered = found === null ? null : await answer(found, given.data, exchange);
			if (answered === null) throw unknownTask(given.data.taskId);
			return answered;
		});
	};
	on('tasks/get', named, async (found, { taskId }, exchange) => {
		const view = await lookAtTask(found, exchange);
		return view === null ? null : { resultType: 'complete', ...detailed(taskId, view) };
	});
	on('tasks/update', z.object({ taskId, inputResponses: responses }), async ({ run, work, owner }, { inputResponses }) => {
		// A run asks nothing.
		if (run !== null) return DONE;
		return (await work?.answer(owner, inputResponses)) ? DONE : null;
	});
	on('tasks/cancel', named, async ({ run, work, owner }, _, exchange) => {
		if (run === null) return (await work?.cancel(owner)) ? DONE : null;
		await exchange.surface.runs?.cancel(run, exchange);
		return DONE;
	});
}

function unknownTask(id: string): ProtocolError {
	return new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown task: ${id.slice(0, 80)}. Its time is over, or it is another connection's.`);
}
