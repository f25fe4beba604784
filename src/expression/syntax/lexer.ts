import { type Span, SyntaxFault } from '../fault.ts';

/**
 * `text` is what the token means: a name without its double quotes, a variable without its dollar, a literal's inside with `''`
 * still doubled (variables are spliced in by offset, see typing/literal.ts), a symbol itself.
 */
export interface Token extends Span {
	readonly kind: 'number' | 'text' | 'name' | 'quoted' | 'variable' | 'symbol' | 'end';
	readonly text: string;
	/** Lower-cased text of a bare name, empty for every other token: keywords are looked for here. */
	readonly word: string;
}

const BLANK = /\s+/y;
const NAME = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SYMBOL = /\|\||&&|==|!=|<>|<=|>=|::|[-+*/%(),.?:=<>!#]/y;
const VARIABLE = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/y;

/** Splits a source into tokens, an `end` token last. Throws `SyntaxFault` at what can be no token. */
export function tokenize(source: string): Token[] {
	const tokens: Token[] = [];
	let at = 0;
	while (at < source.length) {
		const blank = match(BLANK, source, at);
		if (blank !== null) {
			at += blank[0].length;
			continue;
		}
		const token = readToken(source, at);
		tokens.push(token);
		at += token.length;
	}
	tokens.push({ kind: 'end', text: '', word: '', offset: source.length, length: 0 });
	return tokens;
}

function readToken(source: string, at: number): Token {
	const first = source[at] as string;
	if (first === "'") return quotedToken(source, at, 'text');
	if (first === '"') return quotedToken(source, at, 'quoted');
	if (first === '$') return variableToken(source, at);
	if (source.startsWith('--', at) || source.startsWith('/*', at)) {
		throw new SyntaxFault(
			{ offset: at, length: 2 },
			'Comments are not allowed in an expression.',
			'Remove the comment; to subtract a negative number put it in parentheses: 5 - (-3).',
		);
	}
	const number = match(NUMBER, source, at);
	if (number !== null) {
		const end = at + number[0].length;
		const suffix = match(NAME, source, end);
		if (suffix !== null) {
			const span = { offset: at, length: number[0].length + suffix[0].length };
			throw new SyntaxFault(
				span,
				`${number[0]}${suffix[0]} is neither a number nor a name.`,
				'A name that begins with a digit stands in double quotes; a number of a certain type is written cast(12 as long).',
			);
		}
		return { kind: 'number', text: number[0], word: '', offset: at, length: number[0].length };
	}
	const name = match(NAME, source, at);
	if (name !== null) return { kind: 'name', text: name[0], word: name[0].toLowerCase(), offset: at, length: name[0].length };
	const symbol = match(SYMBOL, source, at);
	if (symbol !== null) return { kind: 'symbol', text: symbol[0], word: '', offset: at, length: symbol[0].length };
	throw strayCharacter(source, at);
}

function quotedToken(source: string, at: number, kind: 'text' | 'quoted'): Token {
	const quote = source[at] as string;
	let end = source.indexOf(quote, at + 1);
	while (end !== -1 && source[end + 1] === quote) end = source.indexOf(quote, end + 2);
	if (end === -1) {
		const what = kind === 'text' ? 'text' : 'name';
		throw new SyntaxFault(
			{ offset: at, length: source.length - at },
			`The ${what} that begins here has no closing ${quote}.`,
			`Close it with ${quote}; a ${quote} inside is written twice.`,
		);
	}
	const inside = source.slice(at + 1, end);
	if (kind === 'quoted' && inside === '') throw new SyntaxFault({ offset: at, length: 2 }, 'A column name cannot be empty.', "Empty text is written ''.");
	return { kind, text: kind === 'quoted' ? inside.replaceAll('""', '"') : inside, word: '', offset: at, length: end + 1 - at };
}

function variableToken(source: string, at: number): Token {
	const found = match(VARIABLE, source, at);
	if (found !== null) return { kind: 'variable', text: found[1] ?? found[2] ?? '', word: '', offset: at, length: found[0].length };
	const doubled = source[at + 1] === '$';
	throw new SyntaxFault(
		{ offset: at, length: doubled ? 2 : 1 },
		doubled ? '$$ stands for a dollar only inside text.' : 'A $ must be followed by the name of a variable.',
		"Write $name or ${name} for a variable, '$$' for a dollar sign in text.",
	);
}

function strayCharacter(source: string, at: number): SyntaxFault {
	const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
	const hint = HINTS.get(character) ?? "An expression is made of column names, numbers, 'text', operators and functions.";
	const shown = /[\p{C}\p{Z}]/u.test(character) ? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` : character;
	return new SyntaxFault(
		{ offset: at, length: character.length },
		character === ';' ? 'A ; is not allowed: this is one expression, not a list of statements.' : `${shown} is not allowed here.`,
		hint,
	);
}

const HINTS: ReadonlyMap<string, string> = new Map([
	[';', 'Remove the ; and what follows it.'],
	['`', 'Column names with odd characters stand in double quotes: "odd name".'],
	['[', 'Column names with odd characters stand in double quotes: "odd name".'],
	['{', 'A variable is written $name or ${name}.'],
	['‘', "Text stands in straight single quotes: 'text'."],
	['’', "Text stands in straight single quotes: 'text'."],
	['“', 'Use straight quotes: \'text\', "column name".'],
	['”', 'Use straight quotes: \'text\', "column name".'],
	['&', 'Write and; there are no bit operators.'],
	['|', 'Write or; || joins text.'],
	['^', 'Write power(x, 2).'],
	['@', 'A variable is written $name.'],
	['\\', 'Inside text a backslash is just a backslash; outside it means nothing.'],
]);

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
	pattern.lastIndex = at;
	return pattern.exec(source);
}
