import { valueAt } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import { carryValue, columnFit } from '../../data/column-fit.ts';
import { formatValue } from '../../data/text.ts';
import { sameType, typeName } from '../../data/type-names.ts';
import type { DataType, Value } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import type { RejectedRow } from '../connector.ts';
import type { TargetColumn } from './target.ts';

/** Spells a value for the channel to the system, or says why it cannot keep it. */
export type SpellCell<Cell> = (value: Exclude<Value, null>, column: TargetColumn) => Cell | Refusal;

/** Why one value cannot be kept; the row is rejected. */
export class Refusal {
	readonly message: string;
	readonly byRule: boolean;

	constructor(message: string, byRule = false) {
		this.message = message;
		this.byRule = byRule;
	}
}

/** One cell a row and column, column by column; rejected rows have cells too, which nobody may use. */
export interface CarriedRows<Cell> {
	readonly cells: readonly (readonly (Cell | null)[])[];
	readonly rejected: Map<number, RejectedRow>;
}

/** Carries a batch over to a target's columns: exactly, or the row is rejected with what did not fit. */
export function carryRows<Cell>(batch: Batch, columns: readonly TargetColumn[], spell: SpellCell<Cell>): CarriedRows<Cell> {
	const rejected = new Map<number, RejectedRow>();
	const cells = columns.map((column) => {
		const { vector, type } = fieldOf(batch, column);
		const same = sameType(type, column.type);
		const out: (Cell | null)[] = new Array(batch.length);
		for (let row = 0; row < batch.length; row++) {
			const value = valueAt(vector, row);
			const cell = value === null ? nullCell(column) : carried(value, type, same, column, spell);
			if (cell instanceof Refusal) {
				if (!rejected.has(row)) rejected.set(row, { row, field: column.field, message: cell.message, ...(cell.byRule ? { class: 'constraint' } : {}) });
				out[row] = null;
			} else out[row] = cell;
		}
		return out;
	});
	return { cells, rejected };
}

function nullCell(column: TargetColumn): null | Refusal {
	return column.refusesNull ? new Refusal(`The column ${column.column} takes no null.`, true) : null;
}

function carried<Cell>(value: Exclude<Value, null>, type: DataType, same: boolean, column: TargetColumn, spell: SpellCell<Cell>): Cell | Refusal {
	const moved = same ? value : carryValue(type, column.type, value);
	if (moved === undefined) {
		return new Refusal(`${shown(type, value)} does not fit the column ${column.column}, which is ${column.declared || 'untyped'} (${typeName(column.type)}).`);
	}
	if (typeof moved === 'string') {
		// Half a surrogate pair has no UTF-8: every database would get U+FFFD in its place.
		if (!moved.isWellFormed()) return new Refusal(`The text ${JSON.stringify(moved.slice(0, 40))} for the column ${column.column} has half a surrogate pair.`);
		if (column.maxLength !== null && moved.length > column.maxLength && [...moved].length > column.maxLength) {
			return new Refusal(`${JSON.stringify(moved.slice(0, 40))}… is longer than the ${column.maxLength} characters of the column ${column.column}.`);
		}
	}
	return spell(moved, column);
}

function fieldOf(batch: Batch, column: TargetColumn): { vector: Vector; type: DataType } {
	const index = batch.schema.findIndex((field) => field.name === column.field);
	const vector = batch.columns[index];
	const type = batch.schema[index]?.type;
	if (vector !== undefined && type !== undefined && columnFit(type, column.type) !== 'never') return { vector, type };
	throw new AppError(
		'invalid_input',
		`The field ${column.field} (${type === undefined ? 'not there' : typeName(type)}) cannot be written into ${column.column} ${column.declared}.`,
		{
			hint: 'Its type changed since the destination was checked: cast it explicitly.',
		},
	);
}

function shown(type: DataType, value: Exclude<Value, null>): string {
	const text = formatValue(type, value);
	return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
