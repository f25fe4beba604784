/** `#{column}` in a template of a request: the value of a row. Of the whole text, for `replace` and `matchAll`. */
export const PLACEHOLDER = /#\{([^}]*)\}/g;

/** The columns that a template names, as often as it does. */
export function placeholders(template: string): string[] {
	return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
}
