import type { Batch } from '../../data/batch.ts';
import { sliceBatch } from '../../data/gather.ts';
import { batchFromJson, type RejectedValue, rowsToJson } from '../../data/json.ts';
import { AppError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import type { BadCell } from '../bad-rows.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import type { CodeRunner } from '../ports.ts';
import { WaitingInput } from './expansion.ts';
import { narrow } from './narrow.ts';

function unfit({ row, field, message }: RejectedValue): AppError {
	const where = field === null ? `row ${row + 1} of what transform gave` : `${JSON.stringify(field)} in row ${row + 1} of what transform gave`;
	return new AppError('invalid_input', `${where} does not fit: ${message}`, {
		hint: 'Return objects whose members have the types that output declares: text, numbers, BigInt or digits for long and decimal, Date or ISO 8601, Uint8Array or base64.',
		...(field === null ? {} : { details: { column: field } }),
	});
}

/** User code over batches of rows, run where it cannot reach anything. A batch that throws is done again row by row. */
export function code(context: OperatorContext): Operator {
	const { operator, output } = context.node;
	if (operator.kind !== 'code') throw new TypeError('not a code component');
	const saved = context.saved as { waiting: Json; row: number } | undefined;
	const waiting = new WaitingInput(context, context.inputs[0] ?? [], saved?.waiting);
	let row = saved?.row ?? 1;
	let runner: CodeRunner | null = null;

	return {
		push: (_input, batch) => waiting.add(batch),
		end() {},
		busy: () => !waiting.isEmpty || context.ended(),
		async step() {
			if (waiting.isEmpty) {
				context.finish();
				return;
			}
			const batch = waiting.peek(operator.batchSize);
			runner ??= await openRunner();
			const { rows, bad } = await transform(runner, batch);
			const made = batchFromJson(output, rows);
			const rejected = made.rejected[0];
			if (rejected !== undefined) throw unfit(rejected);
			if (bad.length > 0) context.survivors(batch, row, bad);
			waiting.advance(batch.length);
			row += batch.length;
			context.emit(narrow(made.batch, context.output));
		},
		close() {
			runner?.close();
			runner = null;
		},
		save: () => ({ waiting: waiting.save(), row }),
	};

	async function openRunner(): Promise<CodeRunner> {
		if (context.ports.openCode === undefined) {
			throw new AppError('unavailable', 'this gateway has nowhere to run user code', {
				hint: 'Use select, filter and the other components instead.',
				retryable: false,
			});
		}
		if (operator.kind !== 'code') throw new TypeError('not a code component');
		return context.ports.openCode({ code: operator.code, timeoutSeconds: operator.timeoutSeconds });
	}

	async function transform(run: CodeRunner, batch: Batch): Promise<{ rows: readonly unknown[]; bad: BadCell[] }> {
		const whole = await run.transform(rowsToJson(batch));
		if ('rows' in whole) return { rows: whole.rows, bad: [] };
		const rows: unknown[] = [];
		const bad: BadCell[] = [];
		for (let at = 0; at < batch.length; at++) {
			const single = await run.transform(rowsToJson(sliceBatch(batch, at, at + 1)));
			if ('rows' in single) rows.push(...single.rows);
			else bad.push({ row: at, class: 'code_error', field: null, message: single.error });
		}
		return { rows, bad };
	}
}
