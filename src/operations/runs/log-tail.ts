import type { RunRow } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import type { LogLine } from './ports.ts';

/** More than 200 lines ever need: a line is at most about 2 kB. */
const TAIL_BYTES = 512 * 1024;

/** The last lines of an archived log, one JSON `LogLine` a line in R2; empty where the archive has gone. */
export async function archivedTail(context: Pick<OperationContext, 'archive'>, run: Pick<RunRow, 'logKey'>, lines: number): Promise<LogLine[]> {
	if (run.logKey === null || lines === 0) return [];
	const head = await context.archive.head(run.logKey);
	if (head === null || head.size === 0) return [];
	const cut = head.size > TAIL_BYTES;
	const object = await context.archive.get(run.logKey, cut ? { range: { suffix: TAIL_BYTES } } : undefined);
	if (object === null) return [];
	const texts = (await object.text()).split('\n').filter((text) => text !== '');
	// Where the range began inside a line, that one is no JSON.
	return (cut ? texts.slice(1) : texts).slice(-lines).map((text) => JSON.parse(text) as LogLine);
}

/** A line as people read it: `2026-01-31T12:30:00.000Z ERROR [flights] message`. */
export function logText(line: LogLine): string {
	return `${new Date(line.at).toISOString()} ${line.level.toUpperCase()} ${line.component === null ? '' : `[${line.component}] `}${line.message}`;
}
