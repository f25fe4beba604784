/** What an id may look like: it becomes part of file and staging table names. */
export const COMPONENT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const MAX_SLUG = 48;

/**
 * An id made from a name: `Per origin (2024)` gives `per_origin_2024`; `component` where nothing of the name is left; with `_2`,
 * `_3` … behind it where `taken` has it already.
 */
export function idFromName(name: string, taken: ReadonlySet<string>): string {
	const slug = name
		.normalize('NFKD')
		.toLowerCase()
		.replace(/\p{M}+/gu, '')
		.replace(/[^a-z0-9]+/g, '_')
		.replace(/^_+/, '')
		.slice(0, MAX_SLUG)
		.replace(/_+$/, '');
	const base = slug === '' ? 'component' : slug;
	if (!taken.has(base)) return base;
	for (let suffix = 2; ; suffix++) {
		const candidate = `${base}_${suffix}`;
		if (!taken.has(candidate)) return candidate;
	}
}
