import type { SftpClient } from './client.ts';
import type { SftpSession } from './session.ts';

const CHUNK = 128 * 1024;
/** Requests on their way at once: the server's answers, not the way to it, should set the pace. */
const AHEAD = 4;

/**
 * The bytes from `offset` to `end` of an open file, which is closed behind them. `settle` is called when all were read and may
 * refuse what was given.
 */
export function bytesOf(
	client: SftpClient,
	open: { readonly session: SftpSession; readonly path: string; readonly handle: Buffer },
	range: { readonly offset: number; readonly end: number },
	settle: () => Promise<void>,
): ReadableStream<Uint8Array> {
	const { session, path, handle } = open;
	const { end } = range;
	const pending: { readonly length: number; readonly bytes: Promise<Uint8Array> }[] = [];
	let next = range.offset;
	let closed = false;
	const close = async () => {
		if (closed) return;
		closed = true;
		await Promise.allSettled(pending.map(({ bytes }) => bytes));
		await client.useOn(session, `close ${path}`, () => session.close(handle));
	};
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				try {
					for (; pending.length < AHEAD && next < end; next += CHUNK) {
						const [from, length] = [next, Math.min(CHUNK, end - next)];
						const bytes = client.useOn(session, `read ${path}`, () => session.read(handle, from, length));
						// Told when its turn comes.
						bytes.catch(() => undefined);
						pending.push({ length, bytes });
					}
					const first = pending.shift();
					if (first === undefined) {
						await client.useOn(session, `look at ${path}`, settle);
						await close();
						controller.close();
						return;
					}
					const bytes = await first.bytes;
					if (bytes.length < first.length) {
						await client.useOn(session, `look at ${path}`, settle);
						throw new Error(`${path} ended at byte ${next - first.length + bytes.length} although its size was ${end}`);
					}
					controller.enqueue(bytes);
				} catch (error) {
					await close().catch(() => undefined);
					throw error;
				}
			},
			cancel: () => close().catch(() => undefined),
		},
		{ highWaterMark: 0 },
	);
}
