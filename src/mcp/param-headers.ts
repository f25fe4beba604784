import type { Tool } from '@modelcontextprotocol/server';

/** A field of a tool's arguments that its schema asks to be repeated in a header. */
interface Mirrored {
	readonly path: readonly string[];
	readonly header: string;
	readonly numeric: boolean;
}

/** What is wrong, by the protocol's code for headers that disagree with the body. */
export interface Mismatch {
	readonly header: string;
	readonly body: string;
}

const known = new WeakMap<object, readonly Mirrored[]>();
const SENTINEL = /^=\?base64\?(.*)\?=$/;
/** Canonical, padding included: two spellings of one value would let a proxy read another one than we do. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** The first `Mcp-Param-*` header that does not say what the arguments say. */
export function mismatchedParameter(schema: Tool['inputSchema'], given: unknown, headers: Headers): Mismatch | null {
	for (const { path, header, numeric } of mirrored(schema as Node)) {
		const value = path.reduce<unknown>((at, key) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[key] : undefined), given);
		if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
		const name = `Mcp-Param-${header}`;
		const sent = headers.get(name);
		const body = `${path.join('.')}=${JSON.stringify(value)}`;
		if (sent === null) return { header: name, body: `the body carries ${body} but the ${name} header is absent` };
		const decoded = decodeHeader(sent);
		if (decoded === null) return { header: name, body: `the ${name} header is no canonical Base64` };
		const same = numeric && typeof value === 'number' && DECIMAL.test(decoded) ? Number(decoded) === value : decoded === String(value);
		if (!same) return { header: name, body: `the ${name} header does not say what the body says: ${body}` };
	}
	return null;
}

/** A header's value as it was meant; null where it claims to be Base64 and is not. */
export function decodeHeader(sent: string): string | null {
	const trimmed = sent.replace(/^[ \t]+|[ \t]+$/g, '');
	const encoded = SENTINEL.exec(trimmed)?.[1];
	if (encoded === undefined) return trimmed;
	if (!BASE64.test(encoded)) return null;
	const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
	const canonical = btoa(String.fromCharCode(...bytes)) === encoded;
	try {
		return canonical ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) : null;
	} catch {
		return null;
	}
}

function mirrored(schema: Node): readonly Mirrored[] {
	const found = known.get(schema) ?? scan(schema, []);
	known.set(schema, found);
	return found;
}

interface Node {
	readonly type?: unknown;
	readonly properties?: Readonly<Record<string, Node>>;
	readonly 'x-mcp-header'?: unknown;
}

function scan(node: Node, path: readonly string[]): Mirrored[] {
	return Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
		const at = [...path, name];
		const header = property['x-mcp-header'];
		const numeric = property.type === 'integer' || property.type === 'number';
		return [...(typeof header === 'string' ? [{ path: at, header, numeric }] : []), ...scan(property, at)];
	});
}
