import { type CompleteRequestParams, type CompleteResult, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { Caller } from '../dispatch.ts';
import { PROMPTS } from '../prompts/index.ts';
import { RESOURCES } from '../resources/index.ts';
import type { Complete } from '../resources/resource.ts';

/** The protocol's bound on one answer. */
const MOST = 100;
const LONGEST_TYPED = 200;

/** Suggestions for an argument of a prompt or of a resource template. */
export async function complete({ ref, argument }: CompleteRequestParams, caller: Caller): Promise<CompleteResult> {
	const suggest = ref.type === 'ref/prompt' ? ofPrompt(ref.name, argument.name) : ofTemplate(ref.uri, argument.name);
	const found = suggest === undefined ? [] : await suggest(argument.value.slice(0, LONGEST_TYPED), caller);
	return { completion: { values: found.slice(0, MOST), total: found.length, hasMore: found.length > MOST } };
}

function ofPrompt(name: string, argument: string): Complete | undefined {
	const prompt = PROMPTS.find((each) => each.name === name);
	const taken = prompt?.arguments.find((each) => each.name === argument);
	if (taken !== undefined) return taken.complete;
	throw unknown(prompt === undefined ? `prompt ${name}` : `argument ${argument} of the prompt ${name}`);
}

function ofTemplate(uri: string, argument: string): Complete | undefined {
	const kind = RESOURCES.find((each) => each.uriTemplate === uri);
	if (kind !== undefined && Object.hasOwn(kind.complete, argument)) return kind.complete[argument];
	throw unknown(kind === undefined ? `resource template ${uri}` : `argument ${argument} of ${uri}`);
}

function unknown(what: string): ProtocolError {
	return new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown ${what.slice(0, 200)}.`);
}
