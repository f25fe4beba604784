import type { DataType } from '../../data/types.ts';
import type { Span } from '../fault.ts';

/** What was written, before names and types are known. `depth` is the height of the tree below and with the node. */
export type Ast = AstBase & AstNode;

export interface AstBase {
	readonly span: Span;
	readonly depth: number;
}

export type AstNode =
	/** As written; a minus directly before it belongs to it, so that the smallest integer can be said. */
	| { readonly kind: 'number'; readonly text: string }
	| TextNode
	| { readonly kind: 'constant'; readonly value: boolean | null }
	/** Parts of `source.x` are joined by a dot. */
	| { readonly kind: 'column'; readonly name: string; readonly quoted: boolean }
	| { readonly kind: 'variable'; readonly name: string }
	/** `date '2024-01-01'`, `timestamp '…'` */
	| { readonly kind: 'temporal'; readonly type: 'date' | 'datetime'; readonly text: Ast & TextNode }
	/** `interval '3 days'`: only beside + and -. */
	| { readonly kind: 'interval'; readonly amount: number; readonly unit: string }
	/** `operator` where it was written as one, for messages. Operators carry their canonical function name. */
	| { readonly kind: 'call'; readonly name: string; readonly nameSpan: Span; readonly operator: string | null; readonly arguments: readonly Ast[] }
	| { readonly kind: 'logical'; readonly operator: 'and' | 'or'; readonly arguments: readonly Ast[] }
	| {
			readonly kind: 'case';
			readonly operand: Ast | null;
			readonly branches: readonly { readonly when: Ast; readonly then: Ast }[];
			readonly otherwise: Ast | null;
	  }
	| { readonly kind: 'cast'; readonly type: DataType; readonly argument: Ast; readonly lenient: boolean };

/** `inside` is the source between the quotes, `''` still doubled and variables not yet looked at. */
export interface TextNode {
	readonly kind: 'text';
	readonly inside: string;
}

/** The nodes directly below one. */
export function childrenOf(node: AstNode): readonly Ast[] {
	switch (node.kind) {
		case 'call':
		case 'logical':
			return node.arguments;
		case 'cast':
			return [node.argument];
		case 'temporal':
			return [node.text];
		case 'case': {
			const children = node.branches.flatMap(({ when, then }) => [when, then]);
			if (node.operand !== null) children.push(node.operand);
			if (node.otherwise !== null) children.push(node.otherwise);
			return children;
		}
		default:
			return [];
	}
}
