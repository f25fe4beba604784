import { type GetPromptResult, type ListPromptsResult, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { nearest } from '../../lib/nearest.ts';
import type { Caller } from '../dispatch.ts';
import { visibleTools } from '../policy/visible.ts';
import { PROMPTS } from './index.ts';
import type { Prompt } from './prompt.ts';

const LONGEST_ARGUMENT = 2_000;

/** The prompts whose tools this principal may call, all of them: the others would lead nowhere. */
export async function listPrompts(caller: Caller): Promise<ListPromptsResult> {
	const shown = await visiblePrompts(caller);
	return {
		prompts: shown.map(({ name, title, description, arguments: taken }) => ({
			name,
			title,
			description,
			arguments: taken.map((argument) => ({ name: argument.name, description: argument.description, required: argument.required })),
		})),
	};
}

/** One prompt with what was given filled in. */
export async function getPrompt(name: string, given: Readonly<Record<string, string>>, caller: Caller): Promise<GetPromptResult> {
	const shown = await visiblePrompts(caller);
	const prompt = shown.find((each) => each.name === name);
	if (prompt === undefined) {
		const near = nearest(
			name,
			shown.map((each) => each.name),
		);
		throw invalid(`Unknown prompt: ${name.slice(0, 64)}.${near === undefined ? '' : ` Did you mean ${near}?`} The prompts are in prompts/list.`);
	}
	// Clients send empty texts for arguments that were left open.
	const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== ''));
	checkArguments(prompt, values);
	return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text: prompt.text(values) } }] };
}

async function visiblePrompts({ principal, operations }: Caller): Promise<readonly Prompt[]> {
	const { byName } = await visibleTools(principal, operations);
	return PROMPTS.filter(({ tools }) => tools.every((tool) => byName.has(tool)));
}

function checkArguments(prompt: Prompt, given: Readonly<Record<string, string>>): void {
	const known = prompt.arguments.map(({ name }) => name);
	const missing = prompt.arguments
		.filter(({ name, required }) => required && !Object.hasOwn(given, name))
		.map(({ name, description }) => `${name} is missing: ${description}`);
	const unknown = Object.keys(given)
		.filter((name) => !known.includes(name))
		.map((name) => `${name.slice(0, 64)} is no argument of it`);
	const long = Object.entries(given)
		.filter(([, value]) => value.length > LONGEST_ARGUMENT)
		.map(([name]) => `${name.slice(0, 64)} is longer than ${LONGEST_ARGUMENT} characters`);
	const problems = [...missing, ...unknown, ...long];
	if (problems.length > 0) throw invalid(`${prompt.name}: ${problems.join('; ')}. Its arguments: ${known.join(', ') || 'none'}.`);
}

function invalid(message: string): ProtocolError {
	return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
