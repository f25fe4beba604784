import type { OperationContext } from '../context.ts';
import { badRecordsPrefix } from './archive-keys.ts';

/** A bad row as the engine keeps it, one JSON object a line; secrets are blanked already. */
export interface BadRecord {
	readonly component: string;
	readonly name: string;
	readonly row: number;
	readonly class: string;
	readonly field: string | null;
	readonly message: string;
	readonly value?: string;
	readonly record: string;
}

/** A page is about 256 kB; a search for a rare class goes on in the next call. */
const PAGES_A_CALL = 16;
/** Lines of a page are fewer: `page * LINES + line` names a record by one number. */
const LINES = 10_000_000;

export interface BadRecordsFound {
	/** Each with the number that names it in its run. */
	readonly records: readonly (BadRecord & { readonly place: number })[];
	/** Where to go on; null at the end. */
	readonly next: number | null;
}

/** Up to `limit` bad records that `wanted` takes, behind the position `from` (0 begins), in the order in which they were found. */
export async function badRecords(
	{ archive }: Pick<OperationContext, 'archive'>,
	run: { readonly id: number; readonly accountId: number },
	wanted: (record: BadRecord) => boolean,
	{ from, limit }: { readonly from: number; readonly limit: number },
): Promise<BadRecordsFound> {
	const prefix = badRecordsPrefix(run.accountId, run.id);
	const firstPage = Math.floor(from / LINES);
	const startAfter = firstPage === 0 ? undefined : `${prefix}${String(firstPage - 1).padStart(6, '0')}.ndjson`;
	const listed = await archive.list({ prefix, limit: PAGES_A_CALL, ...(startAfter === undefined ? {} : { startAfter }) });
	const records: (BadRecord & { place: number })[] = [];
	let position = from;
	for (const { key } of listed.objects) {
		const page = Number(key.slice(prefix.length).replace('.ndjson', ''));
		const lines = ((await (await archive.get(key))?.text()) ?? '').split('\n').filter((line) => line !== '');
		for (const [index, line] of lines.entries()) {
			const place = page * LINES + index + 1;
			if (place <= from) continue;
			const record = JSON.parse(line) as BadRecord;
			if (!wanted(record)) continue;
			if (records.length === limit) return { records, next: position };
			records.push({ ...record, place });
			position = place;
		}
		position = Math.max(position, page * LINES + lines.length);
	}
	return { records, next: listed.truncated ? position : null };
}
