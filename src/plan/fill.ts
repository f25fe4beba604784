import { nearest } from '../lib/nearest.ts';
import { textOf, unbound } from './bound-value.ts';
import type { QueryParameter } from './endpoints.ts';
import { parseTemplate, type VariablePart } from './template.ts';

/** A variable where it is used: typed and bound. `unset`: it gets its value later, so only its existence can be checked. */
export interface BoundVariable extends QueryParameter {
	readonly name: string;
	readonly secret: boolean;
	readonly unset: boolean;
}

/** What a text may name; an expression's `VariableLookup` at once. */
export interface VariableScope {
	get(name: string): BoundVariable | undefined;
	/** For hints. */
	names(): readonly string[];
}

/**
 * What a text is for, which decides what a variable may put there. `text`: anything. `path`: part of a file or object path: no
 * slash, no `..`, nothing a glob would read. `identifier`: part of a table, schema or column name. `json`: inside a text of a JSON
 * document, escaped as JSON wants it.
 */
export type FillUse = 'text' | 'json' | 'path' | 'identifier';

export type Filled = { readonly text: string } | { readonly problems: readonly FillProblem[] };

export interface FillProblem {
	readonly message: string;
	readonly hint: string;
}

/** Puts variables into a text. A variable that is the *whole* path may hold slashes: then the path is the caller's to choose. */
export function fillTemplate(template: string, use: FillUse, scope: VariableScope): Filled {
	const parts = parseTemplate(template);
	const problems: FillProblem[] = [];
	let text = '';
	for (const part of parts) {
		if (part.kind === 'text') text += part.text;
		else if (part.kind === 'malformed') problems.push(malformed(part.text));
		else {
			const piece = fillVariable(part, use, parts.length === 1, scope);
			if ('text' in piece) text += piece.text;
			else problems.push(...piece.problems);
		}
	}
	return problems.length > 0 ? { problems } : { text };
}

function fillVariable(part: VariablePart, use: FillUse, whole: boolean, scope: VariableScope): Filled {
	const variable = scope.get(part.name);
	if (variable === undefined) return { problems: [unknownVariable(part.name, scope)] };
	if (use === 'text') return { text: textOf(variable) };
	if (use === 'json') return { text: JSON.stringify(textOf(variable)).slice(1, -1) };
	if (variable.unset) return { text: 'unset' };
	if (variable.value === null) {
		const hint = 'give it a default, or a default expression such as coalesce($other, …)';
		return { problems: [{ message: `$${part.name} is null and cannot be part of a ${use === 'path' ? 'path' : 'name'}`, hint }] };
	}
	const text = pieceText(variable);
	const refusal = use === 'path' ? refusePath(text, whole) : refuseIdentifier(text);
	if (refusal === null) return { text };
	// The value of a secret stays out of messages.
	const shown = variable.secret ? '' : ` (${JSON.stringify(text.slice(0, 60))})`;
	return { problems: [{ message: `$${part.name}${shown} cannot be part of a ${use === 'path' ? 'path' : 'name'}: ${refusal}`, hint: ALLOWED[use] }] };
}

const ALLOWED: Readonly<Record<'path' | 'identifier', string>> = {
	path: 'a variable inside a path may hold letters, digits, spaces and . _ - + = , @ ( ) but no slash; folders go into the path itself or into variables of their own',
	identifier: 'a variable inside a table or schema name may hold letters, digits, _ and -',
};

/** A datetime without colons (`20260131T235959Z`), in UTC; everything else as its text. */
function pieceText(variable: BoundVariable): string {
	if (variable.type.kind !== 'datetime') return textOf(variable);
	const value = unbound(variable);
	if (typeof value !== 'number') return textOf(variable);
	return new Date(value)
		.toISOString()
		.replace(/\.\d+Z$/, 'Z')
		.replaceAll(/[-:]/g, '');
}

const MAX_PIECE = 255;
const PATH_PIECE = /^[\p{L}\p{M}\p{N} ._\-+=,@()]+$/u;
const WHOLE_PATH = /^[\p{L}\p{M}\p{N} ._\-+=,@()/*?{}[\]]+$/u;
const IDENTIFIER_PIECE = /^[\p{L}\p{M}\p{N}_-]+$/u;

function refusePath(text: string, whole: boolean): string | null {
	if (text === '') return 'it is empty';
	if (text.length > (whole ? 1024 : MAX_PIECE)) return `it is longer than ${whole ? 1024 : MAX_PIECE} characters`;
	if (!(whole ? WHOLE_PATH : PATH_PIECE).test(text))
		return text.includes('/') && !whole ? 'it holds a slash' : 'it holds a character that paths give a meaning to';
	if (!whole && text.includes('..')) return 'it holds ..';
	return whole ? leavesFolder(text) : null;
}

function refuseIdentifier(text: string): string | null {
	if (text === '') return 'it is empty';
	if (text.length > MAX_PIECE) return `it is longer than ${MAX_PIECE} characters`;
	return IDENTIFIER_PIECE.test(text) ? null : 'it holds a character that is not part of a name';
}

/** Why a path would lead out of where the connection points; null where it does not. */
export function leavesFolder(path: string): string | null {
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return 'it is a full address; a component gives a path below its connection';
	// A URL that begins with two slashes names another host, and %2e%2e goes up like .. (WHATWG URL).
	if (/^[/\\]{2}/.test(path)) return 'it begins with two slashes';
	if (path.split(/[/\\]/).some((segment) => segment.replaceAll(/%2e/gi, '.') === '..')) return 'it holds ..';
	// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
	return /[\u0000-\u001f\u007f]/.test(path) ? 'it holds a control character' : null;
}

export function unknownVariable(name: string, scope: VariableScope): FillProblem {
	const names = scope.names();
	const near = nearest(name, names);
	const prefix = names.filter((known) => name.startsWith(`${known}_`)).sort((a, b) => b.length - a.length)[0];
	const meant = near === undefined ? '' : `did you mean $${near}? `;
	const braces = prefix === undefined ? '' : `To end the name earlier write \${${prefix}}${name.slice(prefix.length)}. `;
	const own = names.filter((known) => !/^_[A-Z]/.test(known));
	const listed = own.length === 0 ? 'this package declares no variables' : `declared: ${own.slice(0, 20).join(', ')}`;
	return { message: `$${name} is not a variable of this package`, hint: `${meant}${braces}${listed}; a dollar sign is written $$` };
}

export function malformed(text: string): FillProblem {
	return { message: `${text} is not a variable`, hint: 'a variable is written $name or ${name}; a dollar sign is written $$' };
}
