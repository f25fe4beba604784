import { parseJsonPath } from '../../jsonpath.ts';

/** Members told by name; a record may have thousands. */
const SHOWN = 20;

/** Finds the members of a record that hold something and that no known source takes from; a path takes from its first member. */
export function unknownMembers(known: readonly (string | number)[]): (record: unknown) => string[] {
	const names = new Set<string>();
	for (const source of known) {
		// Positions are of arrays, whose values have no names.
		if (typeof source === 'number') continue;
		if (!/^\$(?:$|[.[])/.test(source)) {
			names.add(source);
			continue;
		}
		const [first] = parseJsonPath(source);
		if (typeof first !== 'string') return () => [];
		names.add(first);
	}
	return (record) => {
		if (typeof record !== 'object' || record === null || Array.isArray(record)) return [];
		const unknown: string[] = [];
		for (const [name, value] of Object.entries(record)) if (value !== null && !names.has(name)) unknown.push(name);
		return unknown;
	};
}

export function unknownColumns(names: readonly string[]): string {
	const shown = names.slice(0, SHOWN).map((name) => JSON.stringify(name));
	const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : '';
	return names.length === 1 ? `the package does not know the column ${shown[0]}` : `the package does not know the columns ${shown.join(', ')}${more}`;
}
