import type { OperationContext } from '../context.ts';

/** A place in an archived text: so many lines and bytes are behind. */
export interface LinePlace {
	readonly line: number;
	readonly byte: number;
}

export interface ArchivedLine {
	/** From 1. */
	readonly index: number;
	readonly text: string;
	/** The place behind it. */
	readonly next: LinePlace;
}

const NEW_LINE = 10;

/** The lines of an object in R2 from a place on, as far as they are asked for; none where the object has gone. */
export async function* archivedLines({ archive }: Pick<OperationContext, 'archive'>, key: string, from: LinePlace): AsyncGenerator<ArchivedLine> {
	const head = from.byte === 0 ? null : await archive.head(key);
	if (head !== null && head.size <= from.byte) return;
	const object = await archive.get(key, from.byte === 0 ? undefined : { range: { offset: from.byte } });
	if (object === null) return;
	const reader = (object.body as ReadableStream<Uint8Array>).getReader();
	try {
		let { line, byte } = from;
		let held: Uint8Array[] = [];
		for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
			let rest = chunk.value;
			for (let end = rest.indexOf(NEW_LINE); end !== -1; end = rest.indexOf(NEW_LINE)) {
				const bytes = joined([...held, rest.subarray(0, end)]);
				held = [];
				rest = rest.subarray(end + 1);
				line += 1;
				byte += bytes.length + 1;
				yield { index: line, text: new TextDecoder().decode(bytes), next: { line, byte } };
			}
			if (rest.length > 0) held.push(rest);
		}
		const bytes = joined(held);
		if (bytes.length > 0) yield { index: line + 1, text: new TextDecoder().decode(bytes), next: { line: line + 1, byte: byte + bytes.length } };
	} finally {
		await reader.cancel();
	}
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const [only] = parts;
	if (only !== undefined && parts.length === 1) return only;
	const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}
