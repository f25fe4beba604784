import { createMcpHandler, type McpServerFactory, SERVER_INFO_META_KEY, SUBSCRIPTION_ID_META_KEY } from '@modelcontextprotocol/server';
import { type Listening, listen } from '../../operations/notices/listen.ts';
import type { Change } from '../../operations/notices/ports.ts';
import type { TaskView } from '../../operations/tasks/ports.ts';
import { presentPrincipal } from '../../operations/tokens/present-principal.ts';
import type { Exchange } from '../exchange.ts';
import { concernsTask, type FoundTask, lookAtTask } from '../tasks/find.ts';
import { tasksMissing } from '../tasks/start.ts';
import { detailed } from '../tasks/view.ts';
import { type Agreed, acknowledged, agreedTo, isAboutList, isEmpty, type ListenRequest, listenRequest, topicsOf } from './filter.ts';
import { messageStream } from './stream.ts';

/**
 * `subscriptions/listen`: the account's notice object says what changed, the client is told what it asked for and may know. The SDK
 * judges the request; the stream is ours, for the SDK's knows nothing of tasks.
 */
export async function serveListen(request: Request, message: unknown, exchange: Exchange, serverFor: McpServerFactory, onerror: (error: Error) => void) {
	const asked = listenRequest(message);
	const judged = await judge(request, asked === null ? message : withoutWishes(message), serverFor, onerror);
	if (asked === null || judged.headers.get('content-type')?.startsWith('text/event-stream') !== true) return judged;
	await judged.body?.cancel();
	if (asked.filter.taskIds !== undefined && !asked.knowsTasks) return refusal(asked);
	return told(request.signal, asked, await agreedTo(asked.filter, exchange), exchange);
}

function judge(request: Request, message: unknown, serverFor: McpServerFactory, onerror: (error: Error) => void): Promise<Response> {
	return createMcpHandler(serverFor, { legacy: 'reject', onerror }).fetch(request, { parsedBody: message });
}

/** With nothing to hear the SDK's own stream ends at once. */
function withoutWishes(message: unknown): unknown {
	const { params, ...rest } = message as { readonly params: object };
	return { ...rest, params: { ...params, notifications: {} } };
}

function refusal({ id }: ListenRequest): Response {
	const { code, message, data } = tasksMissing();
	return Response.json({ jsonrpc: '2.0', id, error: { code, message, data } }, { status: 400 });
}

/** The ear is open before the client is told that it hears. */
async function told(signal: AbortSignal, { id }: ListenRequest, agreed: Agreed, exchange: Exchange): Promise<Response> {
	let ear: Listening | null = null;
	const _meta = { [SUBSCRIPTION_ID_META_KEY]: id };
	const stream = messageStream(signal, () => ear?.stop());
	const notify = (method: string, params: object) => stream.send({ method, params: { ...params, _meta } });
	const finish = () => {
		stream.send({ id, result: { resultType: 'complete', _meta: { ..._meta, [SERVER_INFO_META_KEY]: exchange.surface.info(exchange.origin) } } });
		stream.end();
	};
	const pass = passOn(agreed, exchange, notify, finish);
	if (!isEmpty(agreed)) ear = await listen(exchange.operations, exchange.principal.account.id, topicsOf(agreed, exchange), pass, finish);
	notify('notifications/subscriptions/acknowledged', { notifications: acknowledged(agreed) });
	if (isEmpty(agreed)) finish();
	// What happened to a task between its making and this nobody would tell.
	for (const { task, view } of agreed.tasks) notify('notifications/tasks', detailed(task.id, view));
	return stream.response;
}

type NotifyClient = (method: string, params: object) => void;

/** Tells of each change that was agreed on, one after another, for as long as the grant stands; with it the stream ends. */
function passOn({ lists, resources, tasks }: Agreed, opened: Exchange, notify: NotifyClient, finish: () => void): (change: Change) => void {
	const { watching } = opened.surface;
	const known = new Map(tasks.map(({ task, view }) => [task.id, sign(view)]));
	const tellTask = async (task: FoundTask, exchange: Exchange) => {
		const view = await lookAtTask(task, exchange);
		if (view === null || known.get(task.id) === sign(view)) return;
		known.set(task.id, sign(view));
		notify('notifications/tasks', detailed(task.id, view));
	};
	const pass = async (change: Change): Promise<void> => {
		const list = isAboutList(change) && lists.includes(change) ? change : null;
		const changed = resources.filter((uri) => watching.concerns(uri, change));
		const moved = tasks.filter(({ task }) => concernsTask(task, change));
		if (list === null && changed.length + moved.length === 0) return;
		const principal = await presentPrincipal(opened.operations, opened.principal);
		if (principal === null) return finish();
		const exchange = { ...opened, principal };
		if (list !== null) notify(`notifications/${list}/list_changed`, {});
		for (const uri of changed) if (await watching.mayWatch(uri, exchange)) notify('notifications/resources/updated', { uri });
		for (const { task } of moved) await tellTask(task, exchange);
	};
	let last: Promise<void> = Promise.resolve();
	return (change) => {
		last = last.then(() => pass(change)).catch((error: unknown) => opened.log.warn('a change was not passed on', { error: String(error) }));
	};
}

/** What of a task is news; the moment of its last change alone is none. */
function sign({ status, statusMessage, inputRequests }: TaskView): string {
	return JSON.stringify([status, statusMessage, Object.keys(inputRequests ?? {})]);
}
