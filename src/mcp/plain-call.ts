import { type InboundClassificationOutcome, ProtocolError, SERVER_INFO_META_KEY, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import type { Era, Exchange } from './exchange.ts';
import { forEra } from './for-era.ts';
import { mismatchedParameter } from './param-headers.ts';

const MODERN = '2026-07-28';
const META = 'io.modelcontextprotocol';

export interface PlainCall {
	readonly era: Era;
	readonly id: string | number;
	readonly name: string;
	readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * A `tools/call` that the full handler would certainly answer with one JSON document, or null: no progress, no task, no further
 * round, and nothing unusual in message or headers, which then are the full handler's to judge.
 */
export function plainCall(outcome: InboundClassificationOutcome, message: unknown, headers: Headers): PlainCall | null {
	if (outcome.kind === 'reject') return null;
	const { method, id, params, jsonrpc, ...others } = message as Record<string, unknown>;
	if (method !== 'tools/call' || jsonrpc !== '2.0' || Object.keys(others).length > 0 || !isObject(params)) return null;
	if (typeof id !== 'string' && !Number.isSafeInteger(id)) return null;
	const { name, arguments: given = {}, _meta: meta, ...more } = params;
	if (typeof name !== 'string' || !isObject(given) || Object.keys(more).length > 0) return null;
	const era = outcome.kind === 'modern' ? modernClaim(outcome, meta, name, headers) : legacyClaim(outcome.reason, meta, headers);
	return era === null ? null : { era, id: id as string | number, name, arguments: given };
}

function modernClaim(outcome: InboundClassificationOutcome & { kind: 'modern' }, meta: unknown, name: string, headers: Headers): Era | null {
	if (outcome.classification.revision !== MODERN || headers.get('mcp-protocol-version') !== MODERN) return null;
	if (headers.get('mcp-method') !== 'tools/call' || headers.get('mcp-name') !== name || !isObject(meta)) return null;
	const { [`${META}/protocolVersion`]: version, [`${META}/clientCapabilities`]: capabilities, [`${META}/clientInfo`]: info, ...others } = meta;
	const known = version === MODERN && isObject(capabilities) && capabilities['extensions'] === undefined && (info === undefined || isNamed(info));
	return known && Object.keys(others).length === 0 ? 'modern' : null;
}

function legacyClaim(reason: string, meta: unknown, headers: Headers): Era | null {
	const version = headers.get('mcp-protocol-version');
	const known = version === null || SUPPORTED_PROTOCOL_VERSIONS.includes(version);
	return known && reason === 'no-claim' && meta === undefined ? 'legacy' : null;
}

/**
 * The answer without a server of the SDK made for it, which costs as much again as the call itself: the same bytes of meaning,
 * as a test holds against the full handler. Null where the full handler has to say what is wrong.
 */
export async function answerPlainly(call: PlainCall, request: Request, exchange: Exchange): Promise<Response | null> {
	const { surface, origin } = exchange;
	if (surface.callPlainly === undefined) return null;
	const schema = await surface.inputSchema(call.name, exchange);
	if (schema === undefined || mismatchedParameter(schema, call.arguments, request.headers) !== null) return null;
	const { id, era } = call;
	try {
		const caller = { ...exchange, signal: request.signal, notify: null };
		const result = forEra(await surface.callPlainly({ name: call.name, arguments: call.arguments }, caller), era);
		if (era === 'legacy') return Response.json({ jsonrpc: '2.0', id, result });
		const _meta = { ...result._meta, [SERVER_INFO_META_KEY]: surface.info(origin) };
		return Response.json({ jsonrpc: '2.0', id, result: { ...result, resultType: 'complete', _meta } });
	} catch (error) {
		if (!(error instanceof ProtocolError)) throw error;
		const { code, message, data } = error;
		return Response.json({ jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } });
	}
}

function isNamed(info: unknown): boolean {
	return isObject(info) && typeof info['name'] === 'string' && typeof info['version'] === 'string' && Object.keys(info).length === 2;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
