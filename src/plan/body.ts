import { toJsonValue } from '../data/json.ts';
import type { Json } from '../lib/json.ts';
import { unbound } from './bound-value.ts';
import { type Filled, type FillProblem, fillTemplate, unknownVariable, type VariableScope } from './fill.ts';
import { soleVariable } from './template.ts';

/**
 * The body of a request as text. A string is filled as it is; in a JSON value every string inside is filled, and one that is
 * nothing but a variable becomes the variable's value: `{"limit": "$limit"}` sends a number.
 */
export function fillBody(body: Json, scope: VariableScope): Filled {
	if (typeof body === 'string') return fillTemplate(body, 'text', scope);
	const problems: FillProblem[] = [];
	const filled = fillJson(body, scope, problems);
	return problems.length > 0 ? { problems } : { text: JSON.stringify(filled) };
}

function fillJson(value: Json, scope: VariableScope, problems: FillProblem[]): Json {
	if (typeof value === 'string') return fillString(value, scope, problems);
	if (Array.isArray(value)) return value.map((item) => fillJson(item, scope, problems));
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillJson(item, scope, problems)]));
}

function fillString(text: string, scope: VariableScope, problems: FillProblem[]): Json {
	const sole = soleVariable(text);
	if (sole !== null) {
		const variable = scope.get(sole);
		if (variable !== undefined) return toJsonValue(variable.type, unbound(variable));
		problems.push(unknownVariable(sole, scope));
		return null;
	}
	const filled = fillTemplate(text, 'text', scope);
	if ('text' in filled) return filled.text;
	problems.push(...filled.problems);
	return null;
}
