/** Anything `JSON.parse` can give. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * The same value always gives the same text: keys sorted, no white space, `undefined` members left out.
 * Used for digests (idempotency) and for comparing versions.
 */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
	if (value !== null && typeof value === 'object') {
		const members = Object.entries(value)
			.filter(([, item]) => item !== undefined)
			.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
			.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
		return `{${members.join(',')}}`;
	}
	return JSON.stringify(value) ?? 'null';
}

/** Whether lists and objects are nested deeper than `depth` levels; looked at level by level, not by recursion. */
export function deeperThan(value: unknown, depth: number): boolean {
	let level: unknown[] = [value];
	for (let i = 0; i <= depth; i++) {
		level = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []));
		if (level.length === 0) return false;
	}
	return true;
}
