import { type Span, SyntaxFault, spanOf } from '../fault.ts';
import { MAX_DEPTH, MAX_NODES } from '../limits.ts';
import { type AstBase, type AstNode, childrenOf } from './ast.ts';
import type { Token } from './lexer.ts';

/** Where the parser is in the tokens, and the bounds it must keep. */
export class Cursor {
	private readonly tokens: readonly Token[];
	private at = 0;
	private nodes = 0;
	private nesting = 0;

	constructor(tokens: readonly Token[]) {
		this.tokens = tokens;
	}

	get current(): Token {
		return this.peek(0);
	}

	peek(ahead: number): Token {
		return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
	}

	get atEnd(): boolean {
		return this.current.kind === 'end';
	}

	get previous(): Token {
		return this.tokens[Math.max(0, this.at - 1)] as Token;
	}

	next(): Token {
		const token = this.current;
		this.at++;
		return token;
	}

	isWord(word: string, ahead = 0): boolean {
		return this.peek(ahead).word === word;
	}

	isSymbol(symbol: string, ahead = 0): boolean {
		const token = this.peek(ahead);
		return token.kind === 'symbol' && token.text === symbol;
	}

	takeWord(word: string): boolean {
		if (!this.isWord(word)) return false;
		this.at++;
		return true;
	}

	takeSymbol(symbol: string): boolean {
		if (!this.isSymbol(symbol)) return false;
		this.at++;
		return true;
	}

	expectWord(word: string, hint: string): void {
		if (!this.takeWord(word)) throw this.unexpected(`Expected ${word}`, hint);
	}

	expectSymbol(symbol: string, hint: string): Token {
		if (!this.isSymbol(symbol)) throw this.unexpected(`Expected ${symbol}`, hint);
		return this.next();
	}

	/** A fault at the current token: `Expected ), found 'and'.` */
	unexpected(expected: string, hint: string): SyntaxFault {
		const token = this.current;
		const found = token.kind === 'end' ? 'the expression ends' : `found ${describe(token)}`;
		return new SyntaxFault(token, `${expected}, but ${found}.`, hint);
	}

	/** Makes a node over everything from `first` to the last token taken. */
	node<Node extends AstNode>(first: Span, node: Node): AstBase & Node {
		const children = childrenOf(node);
		let depth = 1;
		for (const child of children) if (child.depth >= depth) depth = child.depth + 1;
		const span = spanOf(first, this.previous);
		if (depth > MAX_DEPTH) throw tooDeep(first);
		if (++this.nodes > MAX_NODES) {
			throw new SyntaxFault(
				first,
				`The expression has more than ${MAX_NODES} parts.`,
				'Split it over several select components, or join with a table that holds the values.',
			);
		}
		return { ...node, span, depth };
	}

	/** Guards recursion that makes no nodes, such as parentheses. */
	nested<T>(parse: () => T): T {
		if (++this.nesting > MAX_DEPTH) throw tooDeep(this.current);
		const result = parse();
		this.nesting--;
		return result;
	}
}

function tooDeep(span: Span): SyntaxFault {
	return new SyntaxFault(
		span,
		`The expression is nested more than ${MAX_DEPTH} levels deep.`,
		'Compute parts of it in a select component before this one; long chains of and, or, || and case branches are fine.',
	);
}

function describe(token: Token): string {
	switch (token.kind) {
		case 'text':
			return 'a text';
		case 'quoted':
			return `the column "${token.text}"`;
		case 'variable':
			return `the variable $${token.text}`;
		default:
			return token.text;
	}
}
