type Fields = Readonly<Record<string, unknown>>;

/** A request's body is the user's own JSON, in which null is a value. */
const FREE_JSON: ReadonlySet<string> = new Set(['body']);

/** Objects are merged key by key, anything else (lists too) takes the place of what was there, and null takes a field away. */
export function deepMerge(base: Fields, updates: Fields): Record<string, unknown> {
	const merged = new Map(Object.entries(base));
	for (const [key, value] of Object.entries(updates)) {
		const was = merged.get(key);
		if (FREE_JSON.has(key)) merged.set(key, value);
		else if (value === null) merged.delete(key);
		else if (isFields(value)) merged.set(key, deepMerge(isFields(was) ? was : {}, value));
		else merged.set(key, value);
	}
	return Object.fromEntries(merged);
}

function isFields(value: unknown): value is Fields {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}
