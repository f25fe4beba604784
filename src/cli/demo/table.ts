/** Rows under their headings, numbers to the right, at most `width` characters a cell. */
export function table(headings: readonly string[], rows: readonly (readonly (string | number)[])[], width = 32): string {
	const shown = rows.map((row) => row.map((value) => cut(typeof value === 'number' ? value.toLocaleString('en-US') : value, width)));
	const widths = headings.map((heading, column) => Math.max(heading.length, ...shown.map((row) => row[column]?.length ?? 0)));
	const numeric = headings.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
	const line = (cells: readonly string[]) =>
		`  ${cells.map((cell, column) => (numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('   ')}`.trimEnd();
	const rule = `  ${widths.map((size) => '─'.repeat(size)).join('   ')}`;
	return [line(headings), rule, ...shown.map(line)].join('\n');
}

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);
