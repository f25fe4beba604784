import type { PackageDefinition } from '../../model/package.ts';

/** A text a person wrote into a package: an expression, a query, code, a path … */
export interface PackageText {
	/** Name of the component; null for variables. */
	readonly component: string | null;
	/** `columns[0].expression`, `variables.since.default.expression` */
	readonly path: string;
	readonly text: string;
}

/** What only names a component is found by looking at the package. */
const NAMES: ReadonlySet<string> = new Set(['id', 'name']);

/** Every text of a package's components and variables. Secret defaults are no part of a stored definition. */
export function* packageTexts(definition: PackageDefinition): Generator<PackageText> {
	for (const wrapper of definition.components) {
		for (const fields of Object.values(wrapper)) {
			const own = Object.entries(fields).filter(([key]) => !NAMES.has(key));
			for (const [key, value] of own) yield* textsIn(value, key, String(fields['name']));
		}
	}
	yield* textsIn(definition.variables, 'variables', null);
}

function* textsIn(value: unknown, path: string, component: string | null): Generator<PackageText> {
	if (typeof value === 'string') yield { component, path, text: value };
	else if (Array.isArray(value)) for (const [i, item] of value.entries()) yield* textsIn(item, `${path}[${i}]`, component);
	else if (value !== null && typeof value === 'object') for (const [key, item] of Object.entries(value)) yield* textsIn(item, `${path}.${key}`, component);
}

/** A line that matched, with the lines around it. */
export interface MatchedLine {
	/** From 1. */
	readonly line: number;
	readonly text: string;
	readonly before: string[];
	readonly after: string[];
}

/** A line is shown so far; of a longer one the part around the match. */
const SHOWN = 300;
const LEAD = 100;

/** Lines in which `find` gives a place, each once. `context`: lines shown on both sides. */
export function* matchingLines(text: string, find: (line: string) => number, context: number): Generator<MatchedLine> {
	const lines = text.split(/\r?\n/);
	for (const [i, line] of lines.entries()) {
		const at = find(line);
		if (at === -1) continue;
		const around = (from: number, to: number) => lines.slice(Math.max(0, from), to).map((each) => excerpt(each, 0));
		yield { line: i + 1, text: excerpt(line, at), before: around(i - context, i), after: around(i + 1, i + 1 + context) };
	}
}

function excerpt(line: string, at: number): string {
	if (line.length <= SHOWN) return line;
	const from = Math.max(0, Math.min(at - LEAD, line.length - SHOWN));
	return `${from === 0 ? '' : '…'}${line.slice(from, from + SHOWN)}${from + SHOWN < line.length ? '…' : ''}`;
}
