import { formatValue, parseDatetime, parseValue } from '../../data/text.ts';
import type { DataType } from '../../data/types.ts';
import { nearest } from '../../lib/nearest.ts';
import { literalValue } from '../evaluation/literal.ts';
import type { Span } from '../fault.ts';
import { literalOf } from '../fold.ts';
import type { LiteralExpr } from '../ir.ts';
import type { TextNode } from '../syntax/ast.ts';
import type { TypedLiteral } from '../variables.ts';
import type { CheckContext, Checked } from './context.ts';

const STRING: DataType = { kind: 'string' };

/** `1` integer, `3000000000` long, `1.50` decimal(3,2), `1e3` double; nothing is rounded. */
export function checkNumber(text: string, span: Span, context: CheckContext): Checked | null {
	if (/[eE]/.test(text)) {
		const value = Number(text);
		if (!Number.isFinite(value)) return context.fault(span, `${context.written(span)} is too large for a double.`, 'Doubles go to about 1.8e308.');
		return { expr: { kind: 'literal', type: { kind: 'double' }, value }, span };
	}
	const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d*)\.?(\d*)$/.exec(text) ?? [];
	if (!text.includes('.')) {
		for (const kind of ['integer', 'long'] as const) {
			const value = parseValue({ kind }, text);
			if (value !== undefined) return { expr: literalOf({ kind }, value) as LiteralExpr, span };
		}
	}
	const precision = Math.max(1, whole.length + fraction.length);
	if (precision > 38) return context.fault(span, `${context.written(span)} has more than 38 digits.`, 'Write it with an exponent (1.5e40) to have a double.');
	const type: DataType = { kind: 'decimal', precision, scale: fraction.length };
	return { expr: { kind: 'literal', type, value: `${sign}${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}` }, span };
}

export function checkVariable(name: string, span: Span, context: CheckContext): Checked | null {
	const variable = context.environment.variables.get(name);
	return variable === undefined ? tellUnknown(name, span, context) : fromVariable(variable, span);
}

function fromVariable({ type, value, secret = false }: TypedLiteral, span: Span): Checked {
	return { expr: kept({ kind: 'literal', type, value }, secret), span };
}

function tellUnknown(name: string, span: Span, context: CheckContext): null {
	const names = [...context.environment.variables.names()];
	const near = nearest(name, names);
	const known = names.filter((candidate) => !candidate.startsWith('_'));
	const hint =
		near !== undefined
			? `Did you mean $${near}?`
			: known.length > 0
				? `Variables: ${known
						.slice(0, 20)
						.map((candidate) => `$${candidate}`)
						.join(', ')}.`
				: 'Give it in the variables of the package.';
	return context.fault(span, `There is no variable $${name}.`, `${hint} A dollar sign in text is written $$.`);
}

function kept(literal: LiteralExpr, secret: boolean): LiteralExpr {
	return secret ? { ...literal, secret } : literal;
}

const PIECE = /''|\$\$|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g;

/**
 * A text with its variables spliced in. One variable and nothing else is the typed value itself, which becomes text only where
 * text is wanted; null spliced into a longer text makes all of it null, as joining with `||` would. `pattern`: a `$` before what
 * is no variable's name is left as it is.
 */
export function checkText({ inside }: TextNode, span: Span, pattern: boolean, context: CheckContext): Checked | null {
	if (!inside.includes('$')) return text(inside.replaceAll("''", "'"), span);
	let out = '';
	let from = 0;
	let isNull = false;
	let secret = false;
	let faulty = false;
	for (const found of inside.matchAll(PIECE)) {
		const [whole] = found;
		const name = found[1] ?? found[2];
		out += inside.slice(from, found.index);
		from = found.index + whole.length;
		if (name === undefined) {
			out += whole === '$$' ? '$' : "'";
			continue;
		}
		const variable = context.environment.variables.get(name);
		if (variable === undefined) {
			if (pattern) out += whole;
			else {
				tellUnknown(name, { offset: span.offset + 1 + found.index, length: whole.length }, context);
				faulty = true;
			}
			continue;
		}
		if (whole.length === inside.length) return alone(variable, span);
		secret ||= variable.secret === true;
		const spliced = asText(variable);
		if (spliced === null) isNull = true;
		else out += spliced;
	}
	if (faulty) return null;
	return isNull ? { expr: { kind: 'literal', type: STRING, value: null }, span } : text(out + inside.slice(from), span, secret);
}

function text(value: string, span: Span, secret = false): Checked {
	return { expr: kept({ kind: 'literal', type: STRING, value }, secret), span };
}

function alone(variable: TypedLiteral, span: Span): Checked {
	const quoted = asText(variable);
	return quoted === null || variable.type.kind === 'string' ? fromVariable(variable, span) : { ...fromVariable(variable, span), quoted };
}

function asText(variable: TypedLiteral): string | null {
	if (variable.value === null || variable.type.kind === 'string') return variable.value as string | null;
	const value = literalValue({ kind: 'literal', type: variable.type, value: variable.value });
	const offset = variable.type.kind === 'datetime' ? (parseDatetime(String(variable.value))?.offset ?? 0) : 0;
	return value === null ? null : formatValue(variable.type, value, offset);
}

/** `date '2024-01-31'`; a variable inside the quotes may be of that type itself. */
export function checkTemporal(type: 'date' | 'datetime', node: TextNode & { readonly span: Span }, span: Span, context: CheckContext): Checked | null {
	const checked = checkText(node, node.span, false, context);
	if (checked === null) return null;
	const { expr } = checked;
	if (expr.kind !== 'literal' || expr.value === null) return { expr: { kind: 'literal', type: { kind: type }, value: null }, span };
	const written = checked.quoted ?? String(expr.value);
	const parsed = type === 'datetime' ? parseDatetime(written) : undefined;
	const value = type === 'datetime' ? parsed?.ms : parseValue({ kind: 'date' }, written);
	if (value === undefined) {
		return context.fault(
			node.span,
			`${context.written(node.span)} is no ${type}.`,
			type === 'date' ? "Write date '2024-01-31'." : "Write timestamp '2024-01-31T12:30:00Z'; without a zone it is UTC.",
		);
	}
	return { expr: kept(literalOf({ kind: type }, value, parsed?.offset ?? 0) as LiteralExpr, expr.secret === true), span };
}
