import { typeName } from '../../data/type-names.ts';
import { nearest } from '../../lib/nearest.ts';
import { foldNode } from '../fold.ts';
import type { FunctionDefinition } from '../functions/definition.ts';
import { findFunction, functionNamed, functionSpellings } from '../functions/registry.ts';
import { parameterFor } from '../functions/signature-text.ts';
import type { Ast } from '../syntax/ast.ts';
import { AGGREGATES } from '../words.ts';
import { checkCase, checkLogical } from './branches.ts';
import { resolveCall } from './call.ts';
import { canCast, castAdvice } from './cast-rules.ts';
import { articled, type CheckContext, type Checked } from './context.ts';
import { checkNumber, checkTemporal, checkText, checkVariable } from './literal.ts';
import { checkInterval, checkPositive, isSpecial, specialCall } from './special.ts';

type Call = Ast & { kind: 'call' };

/** Types a node; null after telling what is wrong, its children having been checked all the same. */
export function checkNode(ast: Ast, context: CheckContext, pattern = false): Checked | null {
	const { span } = ast;
	switch (ast.kind) {
		case 'number':
			return checkNumber(ast.text, span, context);
		case 'text':
			return checkText(ast, span, pattern, context);
		case 'constant':
			return ast.value === null
				? { expr: { kind: 'literal', type: { kind: 'string' }, value: null }, span, untypedNull: true }
				: { expr: { kind: 'literal', type: { kind: 'boolean' }, value: ast.value }, span };
		case 'column':
			return checkColumn(ast, context);
		case 'variable':
			return checkVariable(ast.name, span, context);
		case 'temporal':
			return checkTemporal(ast.type, ast.text, span, context);
		case 'interval':
			return context.fault(span, 'An interval stands only beside + and -, with a date on the other side.', "Write created_at + interval '3 days'.");
		case 'call':
			return checkCall(ast, context);
		case 'logical':
			return checkLogical(ast, context);
		case 'case':
			return checkCase(ast, context);
		case 'cast':
			return checkCast(ast, context);
	}
}

function checkColumn(ast: Ast & { kind: 'column' }, context: CheckContext): Checked | null {
	const { name, span, quoted } = ast;
	const field = context.field(name);
	if (field !== undefined) return { expr: { kind: 'column', type: field.type, name }, span };
	const word = name.toLowerCase();
	if (!quoted && BARE_CALLS.has(word)) {
		const call = { definition: functionNamed(BARE_CALLS.get(word) as string), args: [], span, nameSpan: span, operator: null };
		const expr = resolveCall(call, context);
		return expr === null ? null : { expr, span };
	}
	return tellColumn(name, quoted, ast, context);
}

/** SQL writes these without parentheses. */
const BARE_CALLS: ReadonlyMap<string, string> = new Map([
	['current_date', 'current_date'],
	['current_timestamp', 'current_time'],
]);

function tellColumn(name: string, quoted: boolean, { span }: Ast, context: CheckContext): null {
	const names = context.environment.schema.map((field) => field.name);
	const [, qualifier, bare] = /^([^.]+)\.(.+)$/.exec(name) ?? [];
	if (qualifier !== undefined && bare !== undefined && context.field(bare) !== undefined) {
		return context.fault(span, `There is no column ${name}.`, `Columns have no table name here: write ${bare}.`);
	}
	const folded = names.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
	const near = folded ?? nearest(name, names);
	if (near !== undefined)
		return context.fault(span, `There is no column ${name}.`, `Did you mean ${shownName(near)}?${folded === undefined ? '' : ' Names are case-sensitive.'}`);
	const listed =
		names.length === 0 ? 'There are no columns here.' : `Columns: ${names.slice(0, 30).map(shownName).join(', ')}${names.length > 30 ? ' …' : ''}.`;
	return context.fault(span, `There is no column ${name}.`, quoted ? `For text use single quotes: '${name}'. ${listed}` : listed);
}

function shownName(name: string): string {
	return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name) ? name : `"${name}"`;
}

function checkCall(ast: Call, context: CheckContext): Checked | null {
	if (ast.name === 'positive' && ast.operator !== null) return checkPositive(ast, context);
	if (ast.arguments.some(({ kind }) => kind === 'interval') && (ast.operator === '+' || ast.operator === '-')) return checkInterval(ast, context);
	const definition = ast.operator === null ? findFunction(ast.name) : functionNamed(ast.name);
	if (definition === undefined) {
		for (const argument of ast.arguments) checkNode(argument, context);
		return tellFunction(ast, context);
	}
	const args = checkArguments(ast.arguments, definition, context);
	if (args === null) return null;
	const call = { definition, args, span: ast.span, nameSpan: ast.nameSpan, operator: ast.operator };
	const truth = ast.operator === '||' ? args.find(({ expr }) => expr.type.kind === 'boolean') : undefined;
	if (truth !== undefined)
		return context.fault(
			truth.span,
			`|| joins text, but ${context.described(truth)}.`,
			'Write or between conditions; to join a boolean as text write CONCAT or cast it to string.',
		);
	const expr = isSpecial(definition) ? specialCall(call, context) : resolveCall(call, context);
	return expr === null ? null : { expr, span: ast.span };
}

/** All of them, faults and all; null if any has one. */
export function checkArguments(nodes: readonly Ast[], definition: FunctionDefinition, context: CheckContext): Checked[] | null {
	const checked = nodes.map((node, index) => {
		const isPattern = definition.signatures.some((signature) => parameterFor(signature, index)?.pattern);
		return checkNode(node, context, isPattern);
	});
	return checked.every((argument) => argument !== null) ? checked : null;
}

function tellFunction({ name, nameSpan }: Call, context: CheckContext): null {
	if (AGGREGATES.has(name.toLowerCase())) {
		return context.fault(
			nameSpan,
			`${name} works on many rows, an expression on one.`,
			'Use an aggregate component, or a window component to keep the rows; of several values in one row take greatest and least.',
		);
	}
	const near = nearest(name, functionSpellings());
	return context.fault(nameSpan, `There is no function ${name}.`, near === undefined ? 'The function reference lists all of them.' : `Did you mean ${near}?`);
}

function checkCast(ast: Ast & { kind: 'cast' }, context: CheckContext): Checked | null {
	const argument = checkNode(ast.argument, context);
	if (argument === null) return null;
	const { type, span } = ast;
	if (argument.untypedNull) return { expr: { kind: 'literal', type, value: null }, span };
	const from = argument.expr.type;
	if (!canCast(from.kind, type.kind)) {
		return context.fault(span, `${context.described(argument)}, which cannot be cast to ${articled(type)}.`, castAdvice(from.kind, type.kind));
	}
	if (typeName(from) === typeName(type)) return { expr: argument.expr, span };
	// A variable alone in quotes is text here if its own type cannot be meant.
	return { expr: foldNode({ kind: 'cast', type, argument: argument.expr, lenient: ast.lenient }), span };
}
