import { BATCH_ROWS } from '../../data/batch.ts';
import { MemberWatch } from '../../data/codecs/json/member-watch.ts';
import { unknownColumns, unknownMembers } from '../../data/codecs/json/unknown-members.ts';
import { batchFromJson } from '../../data/json.ts';
import type { PayloadSource } from '../../plan/endpoints.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { knownSources } from './column-contract.ts';
import { emitSourceRows, type SourceError } from './source-rows.ts';
import { tellUnseen } from './telling-slips.ts';
import { wantedFields } from './wanted-fields.ts';

/** The rows that were handed to the run. */
export function payloadScan(context: OperatorContext, source: PayloadSource): Operator {
	const rows = context.spec.payload ?? [];
	const fields = wantedFields(source.fields, context.output);
	const inFile = fields.map((field) => ({ name: String(field.source), type: field.type }));
	const { known } = knownSources(context, source.fields);
	const unknown = known === undefined ? null : unknownMembers(known);
	let next = (context.saved as number | undefined) ?? 0;
	const members = new MemberWatch(fields);
	for (let row = 0; row < next && members.isOpen; row++) members.look(rows[row]);
	return {
		push() {},
		end() {},
		estimate: () => rows.length * 100,
		busy: () => true,
		step() {
			if (next >= rows.length) {
				tellUnseen(context, members);
				context.finish();
				return;
			}
			const from = next;
			next = Math.min(rows.length, from + BATCH_ROWS);
			for (let row = from; row < next && members.isOpen; row++) members.look(rows[row]);
			const { batch, rejected } = batchFromJson(inFile, rows.slice(from, next));
			context.advanced(batch.length * 100, batch.length, next / rows.length);
			const errors = rejected.map(({ row, field, value, message }) => ({
				row,
				number: from + row + 1,
				field: fields.find((each) => each.source === field)?.name ?? null,
				value: value === undefined ? null : JSON.stringify(value),
				class: 'parse_error',
				message,
			}));
			const strange = unknown === null ? [] : rows.slice(from, next).flatMap((row, index) => told(unknown(row), index, from));
			emitSourceRows(context, { schema: context.output, length: batch.length, columns: batch.columns }, [...errors, ...strange]);
		},
		save: () => next,
	};
}

function told(names: readonly string[], row: number, before: number): SourceError[] {
	if (names.length === 0) return [];
	return [{ row, number: before + row + 1, field: null, value: null, class: 'unknown_column', message: unknownColumns(names) }];
}
