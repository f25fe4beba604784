/** Which of the two answers of the MCP endpoint a client takes. */
export interface Accepted {
	readonly json: boolean;
	readonly stream: boolean;
}

/**
 * Reads an `Accept` header. None, or any type, means a plain client (curl): JSON. A stream goes only to those who name it.
 * Null where neither JSON nor a stream is acceptable.
 */
export function acceptable(header: string | undefined): Accepted | null {
	if (header === undefined || header.trim() === '') return { json: true, stream: false };
	const ranges = header
		.toLowerCase()
		.split(',')
		.filter(wanted)
		.map((range) => range.split(';', 1)[0]?.trim() ?? '');
	const json = ranges.some((range) => range === 'application/json' || range === 'application/*' || range === '*/*');
	const stream = ranges.some((range) => range === 'text/event-stream' || range === 'text/*');
	return json || stream ? { json, stream } : null;
}

/** RFC 9110 §12.4.2: a weight of 0 means "not acceptable". */
function wanted(range: string): boolean {
	return !/;\s*q=0(\.0{0,3})?\s*(;|$)/.test(range);
}
