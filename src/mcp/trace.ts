/** W3C trace context as `_meta` carries it. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;
const NOTHING = /^0+$/;
/** The specification's own bound for what is passed on. */
const LONGEST_STATE = 512;

export interface Trace {
	readonly trace_id: string;
	/** The caller's span. */
	readonly parent_id: string;
	readonly tracestate?: string;
}

/** The trace that the sender of a message is in; null where none is told, or what is told is none. */
export function traceOf(message: unknown): Trace | null {
	const meta = (message as { params?: { _meta?: { traceparent?: unknown; tracestate?: unknown } } } | null)?.params?._meta;
	if (typeof meta?.traceparent !== 'string') return null;
	const [, trace_id = '', parent_id = ''] = TRACEPARENT.exec(meta.traceparent) ?? [];
	if (NOTHING.test(trace_id) || NOTHING.test(parent_id) || trace_id === '' || meta.traceparent.startsWith('ff')) return null;
	const { tracestate } = meta;
	const printable = typeof tracestate === 'string' && tracestate.length <= LONGEST_STATE && /^[\x20-\x7e]+$/.test(tracestate);
	return { trace_id, parent_id, ...(printable ? { tracestate } : {}) };
}
