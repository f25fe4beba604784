import { bytePieces } from '../data/byte-pieces.ts';
import { upstream } from './upstream.ts';

/** So much is taken at a time if it is there; a slow answer is passed on as it comes. */
const PIECE_BYTES = 262_144;

export interface BodyBounds {
	readonly maxBytes: number;
	readonly idleMs: number;
	/** One that trickles without end is given up: fewer bytes than these came in so long. */
	readonly slowest?: { readonly bytes: number; readonly ms: number };
	readonly from: string;
}

/**
 * Passes an answer's body on, no further than `maxBytes` and never waiting longer than `idleMs` for its next piece. A body that is
 * cut off or too long is an error to its reader, never a short body.
 */
export function boundedBody(body: ReadableStream<Uint8Array>, bounds: BodyBounds): ReadableStream<Uint8Array> {
	const pieces = bytePieces(body, PIECE_BYTES, 1);
	let bytes = 0;
	let mark = { bytes: 0, at: Date.now() };
	return new ReadableStream({
		async pull(controller) {
			const { promise: idle, reject } = Promise.withResolvers<never>();
			const timer = setTimeout(
				() =>
					reject(
						upstream(`The answer of ${bounds.from} stopped for ${bounds.idleMs / 1000} s.`, {
							retryable: true,
							hint: 'Try again; timeout_seconds of the connection may be raised.',
						}),
					),
				bounds.idleMs,
			);
			try {
				const piece = await Promise.race([pieces.next(), idle]);
				if (piece === null) return controller.close();
				bytes += piece.byteLength;
				if (bytes > bounds.maxBytes) throw tooLarge(bounds.from, bounds.maxBytes);
				mark = paced(bounds, mark, bytes);
				controller.enqueue(piece);
			} catch (error) {
				await pieces.cancel().catch(() => undefined);
				controller.error(error instanceof Error && error.name === 'AppError' ? error : cutOff(bounds.from, error));
			} finally {
				clearTimeout(timer);
			}
		},
		cancel: (reason) => pieces.cancel(reason),
	});
}

/** From where the pace is measured next. Throws where it was too slow. */
function paced({ slowest, from }: BodyBounds, mark: { readonly bytes: number; readonly at: number }, bytes: number) {
	if (slowest === undefined) return mark;
	const now = Date.now();
	if (bytes - mark.bytes >= slowest.bytes) return { bytes, at: now };
	if (now - mark.at < slowest.ms) return mark;
	throw upstream(`The answer of ${from} trickles: ${bytes - mark.bytes} bytes came in ${slowest.ms / 1000} s.`, {
		retryable: false,
		hint: 'Ask for less at once (pagination, a smaller page); timeout_seconds of the connection may be raised.',
	});
}

export function tooLarge(from: string, maxBytes: number): Error {
	return upstream(`The answer of ${from} is larger than ${Math.round(maxBytes / 1024 / 1024)} MB.`, {
		retryable: false,
		hint: 'Ask for less at once (pagination, a smaller page), or raise max_response_mb of the connection.',
	});
}

function cutOff(from: string, cause: unknown): Error {
	return upstream(`The answer of ${from} was cut off.`, { retryable: true, hint: 'This passes by itself: try again.', cause });
}
