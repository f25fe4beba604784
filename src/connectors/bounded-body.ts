import { bytePieces } from '../data/byte-pieces.ts';
import { upstream } from './upstream.ts';

/** So much is taken at a time if it is there; a slow answer is passed on as it comes. */
const PIECE_BYTES = 262_144;

/**
 * Passes an answer's body on, no further than `maxBytes` and never waiting longer than `idleMs` for its next piece. A body that is
 * cut off or too long is an error to its reader, never a short body.
 */
export function boundedBody(
	body: ReadableStream<Uint8Array>,
	bounds: { readonly maxBytes: number; readonly idleMs: number; readonly from: string },
): ReadableStream<Uint8Array> {
	const pieces = bytePieces(body, PIECE_BYTES, 1);
	let bytes = 0;
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

export function tooLarge(from: string, maxBytes: number): Error {
	return upstream(`The answer of ${from} is larger than ${Math.round(maxBytes / 1024 / 1024)} MB.`, {
		retryable: false,
		hint: 'Ask for less at once (pagination, a smaller page), or raise max_response_mb of the connection.',
	});
}

function cutOff(from: string, cause: unknown): Error {
	return upstream(`The answer of ${from} was cut off.`, { retryable: true, hint: 'This passes by itself: try again.', cause });
}
