import type { BoundSql, QueryParameter } from './endpoints.ts';
import { type FillProblem, fillTemplate, malformed, unknownVariable, type VariableScope } from './fill.ts';
import { parseTemplate, soleVariable } from './template.ts';

/**
 * A database's own SQL with its variables bound: outside quotes `$x` becomes `?`; a text in single quotes that holds variables
 * becomes one `?` whole (typed where the variable is all of it, else text); inside double quotes or backticks a variable is part of
 * an identifier and validated as one. Comments are left alone. Nothing of a variable ever becomes SQL.
 *
 * A dialect that escapes quotes with backslashes may make this split texts at the wrong place; the variable is then bound where it
 * should have been part of a text: wrong SQL, never an injection.
 */
export function bindSql(sql: string, scope: VariableScope): BoundSql | { readonly problems: readonly FillProblem[] } {
	const parameters: QueryParameter[] = [];
	const problems: FillProblem[] = [];
	let text = '';
	for (const piece of pieces(sql)) {
		if (piece.kind === 'comment') text += piece.text;
		else if (piece.kind === 'string') text += bindString(piece.text, scope, parameters, problems);
		else if (piece.kind === 'identifier') text += bindIdentifier(piece.text, scope, problems);
		else text += bindCode(piece.text, scope, parameters, problems);
	}
	return problems.length > 0 ? { problems } : { sql: text, parameters };
}

interface Piece {
	readonly kind: 'code' | 'string' | 'identifier' | 'comment';
	readonly text: string;
}

/** Single-quoted text, quoted identifiers, both kinds of comment; an unclosed one reaches to the end. */
const QUOTED = /'[^']*(?:''[^']*)*(?:'|$)|"[^"]*(?:""[^"]*)*(?:"|$)|`[^`]*(?:``[^`]*)*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

function* pieces(sql: string): Generator<Piece> {
	let end = 0;
	for (const match of sql.matchAll(QUOTED)) {
		if (match.index > end) yield { kind: 'code', text: sql.slice(end, match.index) };
		end = match.index + match[0].length;
		const first = match[0][0];
		yield { kind: first === "'" ? 'string' : first === '"' || first === '`' ? 'identifier' : 'comment', text: match[0] };
	}
	if (end < sql.length) yield { kind: 'code', text: sql.slice(end) };
}

function bindCode(code: string, scope: VariableScope, parameters: QueryParameter[], problems: FillProblem[]): string {
	let text = '';
	for (const part of parseTemplate(code)) {
		if (part.kind === 'malformed') problems.push(malformed(part.text));
		else if (part.kind === 'variable') text += bind(part.name, scope, parameters, problems);
		else {
			// Connectors turn each ? into a marker of their own and would take this one for a variable.
			if (part.text.includes('?'))
				problems.push({
					message: 'a bare ? stands in the SQL',
					hint: 'pass values as $variables; for an operator spelled with ? use the function of the same meaning',
				});
			text += part.text;
		}
	}
	return text;
}

function bind(name: string, scope: VariableScope, parameters: QueryParameter[], problems: FillProblem[]): string {
	const variable = scope.get(name);
	if (variable === undefined) {
		problems.push(unknownVariable(name, scope));
		return '';
	}
	parameters.push({ type: variable.type, value: variable.value });
	return '?';
}

function bindString(quoted: string, scope: VariableScope, parameters: QueryParameter[], problems: FillProblem[]): string {
	const inside = quoted.slice(1, quoted.endsWith("'") && quoted.length > 1 ? -1 : undefined).replaceAll("''", "'");
	const sole = soleVariable(inside);
	if (sole !== null) return bind(sole, scope, parameters, problems);
	const filled = fillTemplate(inside, 'text', scope);
	if ('problems' in filled) {
		problems.push(...filled.problems);
		return '';
	}
	if (!parseTemplate(inside).some((part) => part.kind === 'variable')) return filled.text === inside ? quoted : `'${filled.text.replaceAll("'", "''")}'`;
	parameters.push({ type: { kind: 'string' }, value: filled.text });
	return '?';
}

function bindIdentifier(quoted: string, scope: VariableScope, problems: FillProblem[]): string {
	const filled = fillTemplate(quoted, 'identifier', scope);
	if ('text' in filled) return filled.text;
	problems.push(...filled.problems);
	return '';
}
