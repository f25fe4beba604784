import type { Rpc } from './gateway.ts';

/** A message that came on a stream. */
export type Told = Partial<Rpc> & { readonly method?: string; readonly params?: Record<string, unknown> };

/** The messages of a stream, one after the other as they come. */
export function eventStream(response: Response) {
	const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
	let rest = '';
	const waiting: Told[] = [];
	return {
		/** Waits for the next; null when the stream is over. */
		async next(): Promise<Told | null> {
			while (waiting.length === 0) {
				const { value, done } = await reader.read();
				if (done) return null;
				const frames = (rest + value).split('\n\n');
				rest = frames.pop() ?? '';
				for (const line of frames.flatMap((frame) => frame.split('\n'))) if (line.startsWith('data: ')) waiting.push(JSON.parse(line.slice(6)));
			}
			return waiting.shift() ?? null;
		},
		end: () => reader.cancel(),
	};
}

/** The last message of an answer that is a stream. */
export async function lastOf(response: Response): Promise<Told> {
	const data = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
	return JSON.parse(data.at(-1)?.slice(6) ?? 'null');
}
