import type { DataType } from '../data/types.ts';
import type { QueryParameter } from '../plan/endpoints.ts';

/** A piece of SQL that can stand anywhere a value can: what it is made of stands in parentheses where that matters. */
export interface Sql {
	readonly text: string;
	/** In the order of the `?` in the text. */
	readonly parameters: readonly QueryParameter[];
	/** Levels of nesting: databases bound them (100 in Durable Object SQLite). */
	readonly depth: number;
}

/** Template tag: texts are SQL as it is, pieces keep their parameters. */
export function sql(texts: TemplateStringsArray, ...pieces: readonly Sql[]): Sql {
	let text = texts[0] as string;
	const parameters: QueryParameter[] = [];
	let depth = 0;
	pieces.forEach((piece, index) => {
		text += piece.text + texts[index + 1];
		for (const parameter of piece.parameters) parameters.push(parameter);
		depth = Math.max(depth, piece.depth);
	});
	return { text, parameters, depth: depth + 1 };
}

/** SQL of our own making, never of a user's. */
export function raw(text: string): Sql {
	return { text, parameters: [], depth: 1 };
}

export function parameter(type: DataType, value: QueryParameter['value']): Sql {
	return { text: '?', parameters: [{ type, value }], depth: 1 };
}

export function list(pieces: readonly Sql[], separator = ', '): Sql {
	return {
		text: pieces.map(({ text }) => text).join(separator),
		parameters: pieces.flatMap(({ parameters }) => parameters),
		depth: Math.max(0, ...pieces.map(({ depth }) => depth)) + 1,
	};
}

/** `(a OP b) OP (c OP d)`: a chain of a thousand is ten levels deep, where left to itself it would be a thousand. */
export function balanced(pieces: readonly Sql[], operator: string): Sql {
	if (pieces.length === 1) return pieces[0] as Sql;
	const middle = Math.ceil(pieces.length / 2);
	const left = balanced(pieces.slice(0, middle), operator);
	const right = balanced(pieces.slice(middle), operator);
	return {
		text: `(${left.text} ${operator} ${right.text})`,
		parameters: [...left.parameters, ...right.parameters],
		depth: Math.max(left.depth, right.depth) + 1,
	};
}
