/** Comments keep proxies from taking a quiet stream for a dead one. */
const KEEP_ALIVE_MS = 15_000;

export interface MessageStream {
	readonly response: Response;
	/** Writes a message of JSON-RPC; nothing once the stream is over. */
	send(message: Readonly<Record<string, unknown>>): void;
	/** Ends it behind what was written. */
	end(): void;
}

/** A stream of messages that stays open until either side ends it; `closed` is called once when it is over. */
export function messageStream(signal: AbortSignal, closed: () => void): MessageStream {
	const encoder = new TextEncoder();
	const { readable, controller } = controlled(over);
	const alive = setInterval(() => write(': keepalive\n\n'), KEEP_ALIVE_MS);
	let open = true;
	function over(): void {
		if (!open) return;
		open = false;
		clearInterval(alive);
		signal.removeEventListener('abort', end);
		closed();
	}
	function write(text: string): void {
		if (open) controller.enqueue(encoder.encode(text));
	}
	function end(): void {
		if (!open) return;
		over();
		controller.close();
	}
	if (signal.aborted) end();
	else signal.addEventListener('abort', end, { once: true });
	const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform', 'X-Accel-Buffering': 'no' };
	return {
		response: new Response(readable, { headers }),
		send: (message) => write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`),
		end,
	};
}

function controlled(cancelled: () => void) {
	let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
	const readable = new ReadableStream<Uint8Array>({
		start(given) {
			controller = given;
		},
		cancel: cancelled,
	});
	if (controller === undefined) throw new Error('a stream began without its controller');
	return { readable, controller };
}
