import type { ExpressionFault } from '../expression/ir.ts';
import type { FillProblem } from './fill.ts';

/** An expression's fault with its place in the text: `… (line 1, column 5, at "5' + 1")`. */
export function tellFault(fault: ExpressionFault, text: string): FillProblem {
	const at = text.slice(fault.offset, fault.offset + Math.max(1, Math.min(fault.length, 40)));
	const shown = at.trim() === '' ? '' : `, at ${JSON.stringify(at)}`;
	return { message: `${fault.message.replace(/\.$/, '')} (line ${fault.line}, column ${fault.column}${shown})`, hint: fault.hint };
}
