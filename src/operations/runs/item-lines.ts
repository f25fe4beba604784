import { AppError } from '../../lib/errors.ts';
import { redactor } from '../../lib/redact.ts';
import { runRemains } from '../../store/run-journal.ts';
import type { RunWithNames } from '../../store/runs.ts';
import type { OperationContext } from '../context.ts';
import { payloadKey } from './archive-keys.ts';
import { type ArchivedLine, archivedLines, type LinePlace } from './archived-lines.ts';
import { archivedRows } from './archived-rows.ts';
import { logText } from './log-tail.ts';
import type { LogLine, RunSnapshot } from './ports.ts';
import { runSecrets } from './secrets.ts';

/** The entries of an item from a place on. */
export type ItemLines = (from: LinePlace) => AsyncIterable<ArchivedLine>;

interface Item {
	/** The destination, of a result. */
	readonly component: string | null;
	/** Entries there are; null where that is not known. */
	readonly total: number | null;
	readonly lines: ItemLines;
}

export interface ItemRequest {
	readonly item: 'log' | 'payload' | 'result' | 'bad_records';
	readonly component?: string | undefined;
}

/** Log, payload or result of a run, wherever it is at this moment: in its object while it runs, in R2 or D1 afterwards. */
export async function linesOfItem(context: OperationContext, found: RunWithNames, request: ItemRequest): Promise<Item> {
	if (request.item === 'payload') return payloadLines(context, found);
	const live = found.run.logKey === null ? await context.runs(found.run.id).snapshot(WHOLE_LOG) : null;
	return request.item === 'log' ? logLines(context, found, live) : resultLines(context, found, live, request.component);
}

/** More lines than a log has. */
const WHOLE_LOG = 20_000;

function logLines(context: OperationContext, { run }: RunWithNames, live: RunSnapshot | null): Item {
	if (live !== null) return { component: null, total: live.logLines, lines: inMemory(live.log.map(logText)) };
	const { logKey } = run;
	if (logKey === null) return { component: null, total: 0, lines: inMemory([]) };
	const told = (text: string) => logText(JSON.parse(text) as LogLine);
	return { component: null, total: run.logLines, lines: (from) => mapped(archivedLines(context, logKey, from), told) };
}

/** The payload is the caller's own; a credential in it is blanked all the same, as wherever a run shows text. */
async function payloadLines(context: OperationContext, { run }: RunWithNames): Promise<Item> {
	if (run.payloadRows === null) {
		throw new AppError('not_found', `run ${run.id} was given no payload`, { hint: 'Runs that were have payload_rows in get_run.' });
	}
	const redact = redactor(await runSecrets(context, run.accountId, run.id));
	const key = payloadKey(run.accountId, run.id);
	return { component: null, total: run.payloadRows, lines: (from) => mapped(archivedLines(context, key, from), redact) };
}

async function resultLines(context: OperationContext, { run }: RunWithNames, live: RunSnapshot | null, wanted: string | undefined): Promise<Item> {
	const outputs =
		live === null
			? (await runRemains(context.store, run.id)).outputs.filter(({ rows, rowsKey }) => rows !== null || rowsKey !== null)
			: live.outputs.filter(({ rows }) => rows !== null).map((output) => ({ ...output, rowsKey: null }));
	const matching = wanted === undefined ? outputs : outputs.filter(({ component, name }) => component === wanted || name === wanted);
	const [output] = matching;
	if (output === undefined || matching.length > 1) throw whichResult(run.id, wanted, outputs);
	const { rows, rowsKey } = output;
	if (rowsKey === null) return { component: output.component, total: rows?.length ?? 0, lines: inMemory((rows ?? []).map((row) => JSON.stringify(row))) };
	if (rowsKey.endsWith('.ndjson')) return { component: output.component, total: null, lines: (from) => archivedLines(context, rowsKey, from) };
	const kept = (await archivedRows(context, rowsKey)) ?? [];
	return { component: output.component, total: kept.length, lines: inMemory(kept.map((row) => JSON.stringify(row))) };
}

function whichResult(runId: number, wanted: string | undefined, outputs: readonly { readonly component: string }[]): AppError {
	const names = outputs.map(({ component }) => component).join(', ');
	const hint = names === '' ? 'Rows of result destinations are kept for 90 days; get_run tells what a run wrote elsewhere.' : `Give component: ${names}.`;
	return new AppError(
		'not_found',
		`run ${runId} has ${wanted === undefined ? 'not exactly one result' : `no result of ${JSON.stringify(wanted.slice(0, 100))}`}`,
		{ hint },
	);
}

function inMemory(texts: readonly string[]): ItemLines {
	return async function* ({ line }) {
		for (let index = line; index < texts.length; index++) yield { index: index + 1, text: texts[index] ?? '', next: { line: index + 1, byte: 0 } };
	};
}

async function* mapped(lines: AsyncIterable<ArchivedLine>, change: (text: string) => string): AsyncGenerator<ArchivedLine> {
	for await (const { text, ...rest } of lines) yield { ...rest, text: change(text) };
}
