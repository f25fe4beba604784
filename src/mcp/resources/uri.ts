/** The values that make a template the URI, or null where they cannot. Segments are compared as they are and decoded once. */
export function matchUri(template: string, uri: string): Record<string, string> | null {
	const [pattern, given] = [template.split('/'), uri.split('/')];
	if (pattern.length !== given.length) return null;
	const values: Record<string, string> = {};
	for (const [index, segment] of pattern.entries()) {
		const part = given[index] ?? '';
		const name = /^\{(\w+)\}$/.exec(segment)?.[1];
		if (name === undefined && segment !== part) return null;
		if (name === undefined) continue;
		const value = decoded(part);
		if (value === null || value === '') return null;
		values[name] = value;
	}
	return values;
}

/** A template with its values, each encoded as one segment. */
export function expandUri(template: string, values: Readonly<Record<string, string | number>>): string {
	return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

/** The names in a template. */
export function variablesOf(template: string): string[] {
	return [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

function decoded(part: string): string | null {
	try {
		return decodeURIComponent(part);
	} catch {
		return null;
	}
}

/** A positive whole number as ids are written, or null. */
export function idIn(text: string | undefined): number | null {
	return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
