import type { Caller } from '../dispatch.ts';

/** What is given for `{name}` in a URI, suggested from what was typed so far. */
export type Complete = (typed: string, caller: Caller) => Promise<readonly string[]>;

/**
 * A kind of resource, by URI template. It is read through a tool, so that whoever may not call the tool may not read it either, and
 * reading is bounded and recorded as that call.
 */
export interface ResourceKind {
	/** RFC 6570, each expression a whole path segment: `headgate://runs/{run_id}/log`. */
	readonly uriTemplate: string;
	readonly name: string;
	readonly title: string;
	readonly description: string;
	readonly mimeType: 'application/json' | 'text/plain' | 'text/markdown';
	readonly tool: string;
	/** The tool's arguments; null where the URI can name nothing. */
	call(variables: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> | null;
	/** The tool's answer as the resource's text. */
	text(answer: Readonly<Record<string, unknown>>): string;
	readonly complete: Readonly<Record<string, Complete>>;
}
