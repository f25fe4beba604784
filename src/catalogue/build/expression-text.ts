import type { DataType, Schema } from '../../data/types.ts';
import { checkExpression } from '../../expression/check.ts';
import type { Expr } from '../../expression/ir.ts';
import { parseExpression } from '../../expression/parse.ts';
import { type Ast, childrenOf } from '../../expression/syntax/ast.ts';
import { tellFault } from '../../plan/expression-fault.ts';
import type { FillProblem, VariableScope } from '../../plan/fill.ts';

/** The variables that an expression names outside texts, in the order of the text; or why it cannot be read. */
export function parseText(text: string): { readonly variables: readonly string[] } | { readonly problems: readonly FillProblem[] } {
	const parsed = parseExpression(text);
	if ('faults' in parsed) return { problems: parsed.faults.map((fault) => tellFault(fault, text)) };
	const variables: string[] = [];
	// Depth is bounded by the parser, width is not: an explicit stack.
	const open: Ast[] = [parsed.ast];
	for (let node = open.pop(); node !== undefined; node = open.pop()) {
		if (node.kind === 'variable') variables.push(node.name);
		for (const child of childrenOf(node)) open.push(child);
	}
	return { variables: [...new Set(variables)].reverse() };
}

/** An expression typed over a schema, or everything that is wrong with it. */
export function checkText(
	text: string,
	schema: Schema,
	scope: VariableScope,
	expect: DataType['kind'] | undefined,
): { readonly expr: Expr } | { readonly problems: readonly FillProblem[] } {
	const checked = checkExpression(text, { schema, variables: scope, ...(expect === undefined ? {} : { expect }) });
	return 'expr' in checked ? checked : { problems: checked.faults.map((fault) => tellFault(fault, text)) };
}
