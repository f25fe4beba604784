import type { ComponentProgress } from './ports.ts';

/** What a component did, as its run's log says it once all rows have gone through: `5,366 rows in, 305 out, 2 bad`. */
export function countLine({ type, rowsIn, rowsOut, rowsBad }: ComponentProgress): string {
	const bad = rowsBad > 0 ? `, ${said(rowsBad)} bad` : '';
	if (type.endsWith('_source_component')) return `read ${rows(rowsIn)}${rowsOut === rowsIn ? '' : `, gave ${said(rowsOut)}`}${bad}`;
	if (type.endsWith('_destination_component')) return `took ${rows(rowsIn)}${bad}`;
	return `${rows(rowsIn)} in, ${said(rowsOut)} out${bad}`;
}

function rows(count: number): string {
	return `${said(count)} ${count === 1 ? 'row' : 'rows'}`;
}

function said(count: number): string {
	return count.toLocaleString('en-US');
}
