import { AppError } from '../lib/errors.ts';

/** One step down: a member by name, an element by index (from the end where negative), or every element (`[*]`, `.*`). */
export type JsonPathStep = string | number | typeof EVERY;

export const EVERY: unique symbol = Symbol('every');

/** A path as its steps; `$` has none. */
export type JsonPath = readonly JsonPathStep[];

const STEP = /\.([^.[\]*'"\s][^.[\]]*)|\.(\*)|\[\s*(?:(\*)|(-?\d{1,9})|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/y;
const MOST_STEPS = 100;

/**
 * Reads `$`, `$.name`, `$['odd name']`, `$[0]`, `$[-1]`, `$[*]` and any chain of them; the leading `$` may be left out before a
 * name. Throws `AppError` naming the place that is none of these.
 */
export function parseJsonPath(text: string): JsonPath {
	const trimmed = text.trim();
	const path = trimmed.startsWith('$') ? trimmed.slice(1) : /^[[.]/.test(trimmed) ? trimmed : `.${trimmed}`;
	const steps: JsonPathStep[] = [];
	STEP.lastIndex = 0;
	while (STEP.lastIndex < path.length) {
		const from = STEP.lastIndex;
		const match = STEP.exec(path);
		if (match === null || steps.length === MOST_STEPS) throw notAPath(text, path.slice(from));
		const [, name, anyMember, anyElement, index, single, double] = match;
		if (name !== undefined) steps.push(name);
		else if (anyMember !== undefined || anyElement !== undefined) steps.push(EVERY);
		else if (index !== undefined) steps.push(Number(index));
		else steps.push((single ?? double ?? '').replace(/\\(.)/g, '$1'));
	}
	if (trimmed === '') throw notAPath(text, text);
	return steps;
}

function notAPath(text: string, rest: string): AppError {
	return new AppError('invalid_input', `${JSON.stringify(text)} is not a JSONPath: ${JSON.stringify(rest.slice(0, 40))} is no step of one`, {
		hint: "Steps are .name, ['any name'], [0], [-1] and [*], for example $.data[*].items. Filters, slices and .. are not supported.",
	});
}

/** Every value a path leads to, in document order; none where a step leads nowhere. */
export function evaluateJsonPath(path: JsonPath, value: unknown): unknown[] {
	let current: unknown[] = [value];
	for (const step of path) {
		const next: unknown[] = [];
		for (const item of current) {
			if (step === EVERY) {
				if (Array.isArray(item)) for (const element of item) next.push(element);
				else if (isObject(item)) for (const member of Object.values(item)) next.push(member);
			} else if (typeof step === 'number') {
				if (Array.isArray(item)) {
					const index = step < 0 ? item.length + step : step;
					if (index >= 0 && index < item.length) next.push(item[index]);
				}
			} else if (isObject(item) && Object.hasOwn(item, step)) next.push(item[step]);
		}
		current = next;
	}
	return current;
}

/** The first value a path leads to, or undefined. */
export function valueAtJsonPath(path: JsonPath, value: unknown): unknown {
	return evaluateJsonPath(path, value)[0];
}

/** The records at a base path: what it leads to, arrays being their items (`$.data` and `$.data[*]` are the same). */
export function recordsAt(path: JsonPath, document: unknown): unknown[] {
	const found = evaluateJsonPath(path, document);
	return path.at(-1) === EVERY ? found : found.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
