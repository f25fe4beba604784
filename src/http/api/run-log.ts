import { type Context, Hono } from 'hono';
import { AppError } from '../../lib/errors.ts';
import { iso } from '../../lib/time.ts';
import { type LogEvent, openLog } from '../../operations/runs/follow-log.ts';
import { logText } from '../../operations/runs/log-tail.ts';
import { acceptable } from '../accept.ts';
import { authenticate, demandScope, demandTool } from '../authenticate.ts';
import type { AppEnv } from '../bindings.ts';
import { withinRate } from '../rate.ts';

/** A client that comes back after a break waits so long. */
const RETRY_MS = 2_000;

/** The log of a run: whole as text, or as it grows as server-sent events. Bearer only, with the rights of get_run_item. */
export const runLogApi = new Hono<AppEnv>();

runLogApi.get('/:account/api/runs/:run{[1-9][0-9]{0,14}}/log', async (c) => {
	const principal = await authenticate(c, c.req.param('account'));
	await withinRate(c, principal);
	demandScope(c, principal, 'read');
	demandTool(principal, 'get_run_item');
	const after = lineBefore(c);
	const log = await openLog(c.var.operations, principal, Number(c.req.param('run')));
	if (!takesEvents(c.req.header('accept'))) {
		return streamed(log.read(after), asText, 'text/plain; charset=utf-8', () => undefined);
	}
	const gone = new AbortController();
	c.req.raw.signal.addEventListener('abort', () => gone.abort(), { once: true });
	return streamed(log.follow(after, gone.signal), asEvents, 'text/event-stream', () => gone.abort(), `retry: ${RETRY_MS}\n\n`);
});

/** `text/*` is taken for text: a stream goes to those who name it. */
function takesEvents(accept: string | undefined): boolean {
	return acceptable(accept)?.stream === true && accept?.toLowerCase().includes('text/event-stream') === true;
}

/** How many lines the client has: where a broken stream goes on, or `?after=`. */
function lineBefore(c: Context<AppEnv>): number {
	const given = c.req.header('last-event-id') ?? c.req.query('after') ?? '0';
	if (/^\d{1,9}$/.test(given)) return Number(given);
	throw new AppError('invalid_input', `${JSON.stringify(given.slice(0, 40))} is no number of a line`, {
		hint: 'Give in Last-Event-ID, or in ?after=, the number of the last line that came: 0 or more.',
	});
}

function asText(event: LogEvent): string {
	return event.kind === 'lines' ? event.lines.map((line) => `${logText(line)}\n`).join('') : '';
}

/** Events `line` (their id is the line's number), `status` and, as the last one, `end`; a comment where nothing happens. */
function asEvents(event: LogEvent): string {
	switch (event.kind) {
		case 'lines':
			return event.lines.map((line, index) => written('line', { ...line, at: iso(line.at) }, event.from + index)).join('');
		case 'status':
			return written('status', { status: event.status });
		case 'quiet':
			return ': quiet\n\n';
		case 'ended':
			return written('end', { status: event.status, lines: event.lines });
	}
}

function written(name: string, data: object, id?: number): string {
	return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Pulled by the client: a slow one holds nothing in memory but the page at hand. */
function streamed(events: AsyncGenerator<LogEvent>, write: (event: LogEvent) => string, type: string, left: () => void, begin = ''): Response {
	const encoder = new TextEncoder();
	const body = new ReadableStream<Uint8Array>({
		start(controller) {
			if (begin !== '') controller.enqueue(encoder.encode(begin));
		},
		async pull(controller) {
			for (let text = ''; text === ''; ) {
				const { value, done } = await events.next();
				if (done === true) return controller.close();
				text = write(value);
				if (text !== '') controller.enqueue(encoder.encode(text));
			}
		},
		async cancel() {
			left();
			// One that waits hears of it by `left`; one that stands at a line it gave is ended here, and lets go of what it listens to.
			await events.return(undefined);
		},
	});
	return new Response(body, {
		headers: {
			'Content-Type': type,
			'Cache-Control': 'no-store, no-transform',
			'Content-Security-Policy': "sandbox; default-src 'none'",
			'X-Accel-Buffering': 'no',
		},
	});
}
