import type { Complete } from '../resources/resource.ts';

export interface PromptArgument {
	readonly name: string;
	readonly description: string;
	readonly required: boolean;
	readonly complete?: Complete;
}

/** A task in words: the tools to use, in their order, and what the answer must say. */
export interface Prompt {
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly arguments: readonly PromptArgument[];
	/** The tools its text sends to; who may not call all of them is not shown it. */
	readonly tools: readonly string[];
	text(given: Readonly<Record<string, string>>): string;
}

/** What a person gave, as one quoted line: it stands inside sentences of ours. */
export function quoted(text: string): string {
	return JSON.stringify(text.replace(/\s+/g, ' ').trim());
}
