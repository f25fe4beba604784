/** How long somebody who may have gone is felt for, and how often. A stream whose reader has gone fails at one of the first writes. */
const PATIENCE_MS = 1_000;
const EVERY_MS = 100;

/** A stream of events whose other end can be felt for. */
export interface FeltStream {
	readonly response: Response;
	/** Whether nobody reads it any more. That a reader went away is noticed by writing alone, so something is written: comments, which mean nothing. */
	isGone(): Promise<boolean>;
}

/** `answered` has a body that is a stream of server-sent events. */
export function felt(answered: Response): FeltStream {
	const reader = (answered.body as ReadableStream<Uint8Array>).getReader();
	const encoder = new TextEncoder();
	const gone = Promise.withResolvers<true>();
	let over = false;
	let write: (bytes: Uint8Array) => void = () => undefined;
	const finish = () => {
		over = true;
		gone.resolve(true);
	};
	const body = new ReadableStream<Uint8Array>({
		start(controller) {
			write = (bytes) => {
				if (!over) controller.enqueue(bytes);
			};
			// The first bytes carry the headers to the client, who would wait for them until something is told.
			write(encoder.encode(': open\n\n'));
			void pump(reader, write).finally(() => {
				if (!over) controller.close();
				finish();
			});
		},
		cancel(reason) {
			finish();
			return reader.cancel(reason);
		},
	});
	return {
		response: new Response(body, answered),
		async isGone() {
			const feel = setInterval(() => write(encoder.encode(': there?\n\n')), EVERY_MS);
			const timeout = Promise.withResolvers<false>();
			const timer = setTimeout(() => timeout.resolve(false), PATIENCE_MS);
			write(encoder.encode(': there?\n\n'));
			const answer = await Promise.race([gone.promise, timeout.promise]);
			clearInterval(feel);
			clearTimeout(timer);
			return answer;
		},
	};
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, write: (bytes: Uint8Array) => void): Promise<void> {
	try {
		for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) write(chunk.value);
	} catch {
		// It ended in the middle: so does this one.
	}
}
