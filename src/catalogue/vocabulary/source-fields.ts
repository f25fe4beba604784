import * as z from 'zod';
import { dateFormat } from '../../data/date-format.ts';
import type { DataType, Schema } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { SourceField } from '../../plan/endpoints.ts';
import type { LowerContext } from '../component.ts';
import { columnName, distinctNames, readType, typeText } from './names.ts';

export const sourceField = z.strictObject({
	name: columnName.describe('Name in the source, matched with its case; without a header the columns are taken by position.'),
	type: typeText.default('string').describe('Type of the column; a value that is none is a bad row.'),
	alias: columnName.optional().describe('Name of the output column; `name` where left out.'),
	format: z.string().min(1).max(100).optional().describe('How dates are spelled where not ISO 8601: `dd/MM/yyyy HH:mm`, `epoch_seconds`.'),
});

/** 10,000: the widest file that is still read. */
export const sourceFields = z
	.array(sourceField)
	.min(1)
	.max(10_000)
	.optional()
	.describe('Columns to read. Left out: found out from the source when the package is saved.');

export interface ReadFields {
	readonly fields: readonly SourceField[];
	readonly output: Schema;
}

export interface FieldOptions {
	/** The source names no columns: the i-th field is the i-th column. */
	readonly byPosition?: boolean;
	/** Columns that are not named are kept as discovered. */
	readonly keepOthers?: boolean;
}

/**
 * The columns a source reads and gives: those configured, or those discovered. Null after faults, and silently where nothing is
 * configured and nothing was discovered: that the builder tells.
 */
export function readFields(given: z.output<typeof sourceFields>, context: LowerContext, options: FieldOptions = {}): ReadFields | null {
	const named = given?.map((field, i) => readField(field, i, options.byPosition === true, context)) ?? [];
	if (named.includes(null)) return null;
	const fields = named.filter((field) => field !== null);
	if (given === undefined || options.keepOthers === true) {
		if (context.discovered === null) return null;
		const known = new Set(fields.map((field) => field.source));
		context.discovered.forEach(({ name, type }, i) => {
			const source = options.byPosition === true ? i : name;
			if (!known.has(source)) fields.push({ source, name, type, format: null });
		});
	}
	const written = given?.length ?? 0;
	if (!distinctNames(fields, (i) => (i < written ? `fields[${i}]` : 'fields'), context)) return null;
	return { fields, output: fields.map(({ name, type }) => ({ name, type })) };
}

function readField(field: z.output<typeof sourceField>, i: number, byPosition: boolean, context: LowerContext): SourceField | null {
	const type = readType(field.type, `fields[${i}].type`, context);
	if (type === null || !formatFits(field.format, type, `fields[${i}].format`, context)) return null;
	return { source: byPosition ? i : field.name, name: field.alias ?? field.name, type, format: field.format ?? null };
}

function formatFits(format: string | undefined, type: DataType, path: string, context: LowerContext): boolean {
	if (format === undefined) return true;
	if (type.kind !== 'date' && type.kind !== 'datetime') {
		context.fault(path, `a format is for dates and datetimes, this column is ${type.kind}`, 'leave format out, or make the type date or datetime');
		return false;
	}
	try {
		dateFormat(format);
		return true;
	} catch (error) {
		if (!(error instanceof AppError)) throw error;
		context.fault(path, error.message, error.hint, 'shape');
		return false;
	}
}

/** What a source gives when each record is one text: a column `data`. */
export const RAW_FIELD = { name: 'data', type: { kind: 'string' } } as const;
