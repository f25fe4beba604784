/** One server-sent event; comments and whatever else has no data are passed over. */
export interface ServerEvent {
	/** Of this event, or of one before it. */
	readonly id: string | null;
	readonly name: string;
	readonly data: string;
}

/** Reads the events of a stream, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
	let rest = '';
	let id: string | null = null;
	for await (const text of body.pipeThrough(new TextDecoderStream())) {
		const frames = (rest + text).split(/\r?\n\r?\n/);
		rest = frames.pop() ?? '';
		for (const frame of frames) {
			const fields = frame.split(/\r?\n/).map(fieldOf);
			id = fields.findLast(({ name }) => name === 'id')?.value ?? id;
			const data = fields.filter(({ name }) => name === 'data').map(({ value }) => value);
			if (data.length > 0) yield { id, name: fields.findLast(({ name }) => name === 'event')?.value ?? 'message', data: data.join('\n') };
		}
	}
}

function fieldOf(line: string): { readonly name: string; readonly value: string } {
	const colon = line.indexOf(':');
	if (colon === -1) return { name: line, value: '' };
	const value = line.slice(colon + 1);
	return { name: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value };
}
