/** `#{column}` in a template of a request: the value of a row. Of the whole text, for `replace` and `matchAll`. */
export const ROW_VALUE = /#\{([^}]*)\}/g;

/** The columns that a template names, as often as it does. */
export function columnsNamed(template: string): string[] {
	return [...template.matchAll(ROW_VALUE)].map((match) => match[1] ?? '');
}
