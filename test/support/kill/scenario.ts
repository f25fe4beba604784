import type { Assistant } from '../../../src/cli/demo/assistant.ts';
import type { Numbers } from './numbers.ts';
import type { Receiver } from './receiver.ts';

/** What scenarios reach: connections by their type, and outside systems that are still there when the gateway is not. */
export interface World {
	/** Where the gateway keeps everything. */
	readonly state: string;
	readonly numbers: Numbers;
	readonly connections: Readonly<Record<string, number>>;
	readonly receiver: Receiver;
}

/** `before`: as if there had been no run · `after`: everything is there, once · anything else says what is wrong. */
export type Look = 'before' | 'after' | 'some destinations of several' | `wrong: ${string}`;

/** A package to be killed over. `target` is new for every run of it: a folder, a table, a path. */
export interface Scenario {
	readonly name: string;
	/** What the killing goes through, for the log. */
	readonly covers: string;
	/** It sends rows away while the run goes on, so that there is no "before" to be seen after a kill. */
	readonly sendsAtOnce?: boolean;
	prepare?(world: World, assistant: Assistant, target: string): Promise<void>;
	graph(world: World, target: string): Graph;
	/** Looks at the destination without the gateway. */
	look(world: World, target: string): Promise<Look>;
	/** What of staging is left: stray parts, staged rows, tables. */
	leftovers(world: World, target: string): Promise<number>;
}

export interface Graph {
	readonly components: readonly object[];
	readonly edges: readonly object[];
}

/** Components one behind another; each is `[type, fields]`, and its id is its name. */
export function chain(...components: readonly (readonly [type: string, fields: Readonly<Record<string, unknown>> & { id: string }])[]): Graph {
	return {
		components: components.map(([type, fields]) => ({ [`${type}_component`]: { name: fields.id, ...fields } })),
		edges: components.slice(1).map(([, { id }], index) => ({ source: components[index]?.[1].id, target: id })),
	};
}

/** Says the first difference of two lists; null where there is none. */
export function difference(found: readonly string[], wanted: readonly string[]): string | null {
	if (found.length !== wanted.length) return `${found.length} rows instead of ${wanted.length}`;
	const at = found.findIndex((line, index) => line !== wanted[index]);
	return at < 0 ? null : `row ${at} is ${JSON.stringify(found[at])} instead of ${JSON.stringify(wanted[at])}`;
}
