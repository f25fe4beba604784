import * as z from 'zod';
import { parseTypeName } from '../../data/type-names.ts';
import type { DataType, Field, Schema } from '../../data/types.ts';
import { dataTypeText } from '../../model/package.ts';
import type { LowerContext } from '../component.ts';

/** A column's name as a component writes it: case-sensitive, any characters but control ones. */
export const columnName = z
	.string()
	.min(1)
	.max(255)
	.regex(/^\P{Cc}+$/u, { error: 'a column name holds no line breaks or other control characters' });

export const typeText = dataTypeText;

export const connectionId = (what: string) => z.int().min(1).describe(`Id of ${what}, from list_connections.`);

/** A type's text as a type; null after a fault where the scale is above the precision. */
export function readType(text: string, path: string, context: LowerContext): DataType | null {
	const type = parseTypeName(text);
	if (type === null) context.fault(path, `${text} is not a type`, 'a scale is at most the precision: decimal(12,2)', 'shape');
	return type;
}

/** The named columns, each once; null after faults. */
export function readColumns(names: readonly string[], path: string, schema: Schema, context: LowerContext): Field[] | null {
	const fields: Field[] = [];
	const seen = new Set<string>();
	let sound = true;
	names.forEach((name, i) => {
		const field = context.column(name, `${path}[${i}]`, schema);
		if (seen.has(name)) context.fault(`${path}[${i}]`, `${JSON.stringify(name)} is named twice`, 'name each column once', 'columns');
		if (field === null || seen.has(name)) sound = false;
		else fields.push(field);
		seen.add(name);
	});
	return sound ? fields : null;
}

/** Tells each output column whose name another one has already; true where there is none. `pathOf` says where column i is written. */
export function distinctNames(fields: readonly { readonly name: string }[], pathOf: (i: number) => string, context: LowerContext): boolean {
	const seen = new Set<string>();
	let sound = true;
	fields.forEach(({ name }, i) => {
		if (seen.has(name)) {
			context.fault(pathOf(i), `two output columns would be named ${JSON.stringify(name)}`, 'give one of them another alias', 'columns');
			sound = false;
		}
		seen.add(name);
	});
	return sound;
}
