import { type CallToolResult, ProtocolError, ProtocolErrorCode, type ReadResourceResult, ResourceNotFoundError } from '@modelcontextprotocol/server';
import { isAppUri, readApp } from '../apps/read.ts';
import { type Caller, dispatch } from '../dispatch.ts';
import { visibleTools } from '../policy/visible.ts';
import { RESOURCES } from './index.ts';
import { readSchema, SCHEMA_URI } from './package-schema.ts';
import type { ResourceKind } from './resource.ts';
import { matchUri } from './uri.ts';

/** Where what a reader should know beside the text travels: the text itself stays what its media type says. */
const NOTES_META = 'headgate/notes';

/** Errors after which the resource is, for this caller, not there. */
const NOT_THERE: ReadonlySet<string> = new Set(['not_found', 'invalid_input']);

/** Reads one resource with the rights of the tool behind it. */
export async function readResource(uri: string, caller: Caller): Promise<ReadResourceResult> {
	if (uri === SCHEMA_URI) return readSchema(caller);
	if (isAppUri(uri)) return readApp(uri, caller);
	for (const kind of RESOURCES) {
		const variables = matchUri(kind.uriTemplate, uri);
		const given = variables === null ? null : kind.call(variables);
		if (given !== null) return readThrough(kind, uri, given, caller);
	}
	throw new ResourceNotFoundError(uri, 'Resource not found. What can be read is in resources/list and resources/templates/list.');
}

async function readThrough(kind: ResourceKind, uri: string, given: Readonly<Record<string, unknown>>, caller: Caller): Promise<ReadResourceResult> {
	// A tool that this principal does not see is not hinted at by its resources.
	if (!(await visibleTools(caller.principal, caller.operations)).byName.has(kind.tool)) throw new ResourceNotFoundError(uri);
	const result = await dispatch({ name: kind.tool, arguments: given }, caller);
	if (result.isError === true) throw readError(uri, result);
	const [, ...notes] = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
	const contents = { uri, mimeType: kind.mimeType, text: kind.text(result.structuredContent as Record<string, unknown>) };
	return { contents: [{ ...contents, ...(notes.length === 0 ? {} : { _meta: { [NOTES_META]: notes } }) }] };
}

function readError(uri: string, result: CallToolResult): ProtocolError {
	const { code, message } = (result.structuredContent as { error: { code: string; message: string } }).error;
	if (NOT_THERE.has(code)) return new ResourceNotFoundError(uri, `Resource not found: ${message}.`);
	return new ProtocolError(code === 'internal' ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams, message);
}
