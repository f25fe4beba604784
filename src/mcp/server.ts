import {
	type Implementation,
	isInputRequiredResult,
	type JSONRPCRequest,
	ProtocolError,
	ProtocolErrorCode,
	ResourceNotFoundError,
	type Result,
	SdkError,
	Server,
	type ServerCapabilities,
	type ServerContext,
	type ServerOptions,
} from '@modelcontextprotocol/server';
import { AppError } from '../lib/errors.ts';
import { describeFault } from '../lib/log.ts';
import type { SessionGround } from '../objects/session.ts';
import type { Caller, ToolCall } from './dispatch.ts';
import type { Era, Exchange } from './exchange.ts';
import { forEra } from './for-era.ts';
import type { Notify } from './progress.ts';
import type { Surface } from './surface.ts';
import { serveTasks } from './tasks/methods.ts';
import { answerByTask, TASKS } from './tasks/start.ts';

/** How long a modern client that does not listen may keep a list. */
const LIST_TTL = { ttlMs: 60_000, cacheScope: 'private' } as const;

const CACHE_HINTS = {
	'tools/list': LIST_TTL,
	'prompts/list': LIST_TTL,
	'resources/list': LIST_TTL,
	'resources/templates/list': LIST_TTL,
	'resources/read': { ttlMs: 0, cacheScope: 'private' },
	'server/discover': { ttlMs: 300_000, cacheScope: 'private' },
} as const;

/** Who sent the message that is being handled. */
type ExchangeOf = (context: ServerContext) => Exchange;

/**
 * The SDK's low-level server over a surface: one for each request, or one for a session, whose `ground` is given. Everything
 * costly is kept outside it.
 */
export function createServer(surface: Surface, origin: string, exchangeOf: ExchangeOf, era: Era, ground: SessionGround | null = null): Server {
	const modern = era === 'modern';
	const server = new GatewayServer(
		surface.info(origin),
		{
			capabilities: modern ? withTasks(surface.capabilities) : ground === null ? unheard(surface.capabilities) : surface.capabilities,
			instructions: surface.instructions,
			cacheHints: CACHE_HINTS,
			...(surface.requestState === undefined ? {} : { requestState: surface.requestState }),
		},
		exchangeOf,
		modern,
	);
	server.setRequestHandler('tools/list', async (request, context) => {
		if (request.params?.cursor !== undefined)
			throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown cursor: the tools come in one page. Ask without a cursor.');
		const exchange = exchangeOf(context);
		return { tools: [...(await exchange.surface.list(exchange)).tools()] };
	});
	server.setRequestHandler('tools/call', async (request, context) => {
		const exchange = exchangeOf(context);
		const result = await exchange.surface.call(callOf(request.params, context), callerOf(exchange, context), context);
		return isInputRequiredResult(result) ? result : forEra(result, era);
	});
	if (modern) serveTasks(server, exchangeOf);
	if (ground !== null && surface.capabilities.resources?.subscribe === true) serveWatching(server, exchangeOf, ground);
	surface.extend(server, exchangeOf);
	return server;
}

function withTasks(capabilities: ServerCapabilities): ServerCapabilities {
	return { ...capabilities, extensions: { ...capabilities.extensions, [TASKS]: {} } };
}

/** Without a session nothing can be told behind an answer, so nothing of the sort is promised. */
function unheard({ tools, prompts, resources, ...others }: ServerCapabilities): ServerCapabilities {
	const offered = { tools, prompts, resources };
	return { ...others, ...Object.fromEntries(Object.entries(offered).flatMap(([name, value]) => (value === undefined ? [] : [[name, {}]]))) };
}

/** A session's client names the resources whose changes it wants to hear; only such as it may read. */
function serveWatching(server: Server, exchangeOf: ExchangeOf, { watched, hear }: SessionGround): void {
	server.setRequestHandler('resources/subscribe', async ({ params }, context) => {
		const exchange = exchangeOf(context);
		if (!(await exchange.surface.watching.mayWatch(params.uri, exchange))) throw new ResourceNotFoundError(params.uri);
		watched.add(params.uri);
		hear();
		return {};
	});
	server.setRequestHandler('resources/unsubscribe', ({ params }) => {
		watched.delete(params.uri);
		hear();
		return {};
	});
}

interface CallParams {
	readonly name: string;
	readonly arguments?: Readonly<Record<string, unknown>> | undefined;
}

/** Whether they are of the shape that the SDK will ask for: what is not, it tells. */
function isCall(params: unknown): params is CallParams {
	const { name, arguments: given = {} } = (params ?? {}) as Record<string, unknown>;
	return typeof name === 'string' && typeof given === 'object' && given !== null && !Array.isArray(given);
}

function callOf({ name, arguments: given }: CallParams, { mcpReq }: ServerContext): ToolCall {
	const { inputResponses } = mcpReq;
	const requestState = mcpReq.requestState<unknown>();
	return {
		name,
		arguments: given ?? {},
		...(inputResponses === undefined ? {} : { inputResponses }),
		...(requestState === undefined ? {} : { requestState }),
	};
}

function callerOf(exchange: Exchange, context: ServerContext): Caller {
	return { ...exchange, signal: context.mcpReq.signal, notify: progressOf(exchange, context) };
}

function progressOf(exchange: Exchange, context: ServerContext): Notify | null {
	const progressToken = context.mcpReq._meta?.progressToken;
	if (progressToken === undefined || !exchange.accepts.stream) return null;
	return (progress) => context.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, ...progress } });
}

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

/** What the SDK's server lacks: a call may be answered by a task, and no error of ours is told in its own words. */
class GatewayServer extends Server {
	readonly #exchangeOf: ExchangeOf;
	readonly #tasks: boolean;

	constructor(info: Implementation, options: ServerOptions, exchangeOf: ExchangeOf, tasks: boolean) {
		super(info, options);
		this.#exchangeOf = exchangeOf;
		this.#tasks = tasks;
	}

	/** The SDK holds every answer to `tools/call` to the shape of a tool's result; one that is a task goes out before that. */
	protected override _wrapHandler(method: string, handler: Handler): Handler {
		const checked = super._wrapHandler(method, handler);
		const answering = method === 'tools/call' ? this.#taskOr(checked) : checked;
		return async (request, context) => {
			try {
				return await answering(request, context);
			} catch (error) {
				throw told(error, () => this.#exchangeOf(context));
			}
		};
	}

	#taskOr(checked: Handler): Handler {
		return async (request, context) => {
			if (!this.#tasks || !isCall(request.params)) return checked(request, context);
			const call = callOf(request.params, context);
			return (await answerByTask(call, this.#exchangeOf(context), context)) ?? checked(request, context);
		};
	}
}

/** Errors of the protocol were meant to be read, and ours that say so; of anything else the SDK would tell the message, whatever it holds. */
function told(error: unknown, exchange: () => Exchange): unknown {
	if (error instanceof ProtocolError || error instanceof SdkError) return error;
	if (error instanceof AppError) {
		const code = error.code === 'unavailable' || error.code === 'upstream' ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams;
		return new ProtocolError(code, [error.message, error.hint].filter((part) => part !== '').join('. '), { code: error.code, retryable: error.retryable });
	}
	const { log, requestId } = exchange();
	log.error('a request of the protocol failed', { error: describeFault(error) });
	return new ProtocolError(ProtocolErrorCode.InternalError, `Something went wrong inside Headgate (reference ${requestId}).`);
}
