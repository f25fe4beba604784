/** A text with variables in it, taken apart. `$$` has already become `$`. */
export type TemplatePart = TextPart | VariablePart | MalformedPart;

export interface TextPart {
	readonly kind: 'text';
	readonly text: string;
}
export interface VariablePart {
	readonly kind: 'variable';
	readonly name: string;
}
/** `${` that is not followed by a name and `}`. */
export interface MalformedPart {
	readonly kind: 'malformed';
	readonly text: string;
}

const PIECE = /\$\$|\$\{([^}]*)\}|\$\{|\$([A-Za-z_][A-Za-z0-9_]*)/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `$name`, `${name}` and `$$`; any other dollar is a dollar. */
export function parseTemplate(text: string): TemplatePart[] {
	const parts: TemplatePart[] = [];
	let pending = '';
	let end = 0;
	const flush = () => {
		if (pending !== '') parts.push({ kind: 'text', text: pending });
		pending = '';
	};
	for (const match of text.matchAll(PIECE)) {
		pending += text.slice(end, match.index);
		end = match.index + match[0].length;
		if (match[0] === '$$') {
			pending += '$';
			continue;
		}
		flush();
		const name = match[1] ?? match[2];
		parts.push(name !== undefined && NAME.test(name) ? { kind: 'variable', name } : { kind: 'malformed', text: match[0] });
	}
	pending += text.slice(end);
	flush();
	return parts;
}

/** The variable that is the whole text, or null. */
export function soleVariable(text: string): string | null {
	const [only, ...others] = parseTemplate(text);
	return only?.kind === 'variable' && others.length === 0 ? only.name : null;
}
