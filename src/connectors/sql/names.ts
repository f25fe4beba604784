/** `"name"`, with quotes inside doubled: standard SQL, SQLite, PostgreSQL, Snowflake, Trino. */
export function quoteName(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

/** Column names of a result, where two may be the same: the second `id` becomes `id:1`. */
export function uniqueNames(names: readonly string[]): string[] {
	const seen = new Map<string, number>();
	return names.map((name) => {
		const times = seen.get(name) ?? 0;
		seen.set(name, times + 1);
		return times === 0 ? name : `${name}:${times}`;
	});
}
