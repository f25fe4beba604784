import { offsetAt, valueAt } from '../../../src/data/access.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { vectorBuilder } from '../../../src/data/builder.ts';
import { formatValue, parseDatetime, parseValue } from '../../../src/data/text.ts';
import { parseTypeName } from '../../../src/data/type-names.ts';
import type { DataType, Schema } from '../../../src/data/types.ts';
import type { Vector } from '../../../src/data/vector.ts';
import { checkExpression } from '../../../src/expression/check.ts';
import { compile } from '../../../src/expression/evaluate.ts';
import type { Environment } from '../../../src/expression/evaluation/environment.ts';
import type { Expr, ExpressionFault, RowError } from '../../../src/expression/ir.ts';
import { NO_VARIABLES, type VariableLookup } from '../../../src/expression/variables.ts';

/** `{ price: 'decimal(10,2)' }` as a schema. */
export function schemaOf(columns: Readonly<Record<string, string>>): Schema {
	return Object.entries(columns).map(([name, type]) => ({ name, type: parseTypeName(type) as DataType }));
}

/** Rows of texts (null for null) as a batch. */
export function batchOf(schema: Schema, rows: readonly (readonly (string | null)[])[]): Batch {
	const columns = schema.map(({ type }, index) => {
		const builder = vectorBuilder(type, rows.length);
		for (const row of rows) {
			const text = row[index] ?? null;
			const value = text === null ? null : parseValue(type, text);
			if (value === undefined) throw new Error(`${text} is no ${type.kind}`);
			builder.push(value, type.kind === 'datetime' && text !== null ? parseDatetime(text)?.offset : 0);
		}
		return builder.finish();
	});
	return { schema, length: rows.length, columns };
}

export function exprOf(text: string, schema: Schema = [], variables: VariableLookup = NO_VARIABLES): Expr {
	const checked = checkExpression(text, { schema, variables });
	if ('faults' in checked) throw new Error(`${text}: ${checked.faults.map(({ message }) => message).join(' ')}`);
	return checked.expr;
}

export function faultsOf(text: string, schema: Schema = [], variables: VariableLookup = NO_VARIABLES): readonly ExpressionFault[] {
	const checked = checkExpression(text, { schema, variables });
	return 'faults' in checked ? checked.faults : [];
}

/** A vector's values as texts, null for null, a datetime with its offset. */
export function textsOf(vector: Vector): (string | null)[] {
	return Array.from({ length: vector.length }, (_, row) => {
		const value = valueAt(vector, row);
		return value === null ? null : formatValue(vector.type, value, offsetAt(vector, row));
	});
}

export interface Outcome {
	readonly values: readonly (string | null)[];
	readonly errors: readonly RowError[];
}

/** What an expression gives over rows of texts. */
export function evaluated(
	text: string,
	columns: Readonly<Record<string, string>> = {},
	rows: readonly (readonly (string | null)[])[] = [[]],
	environment?: Environment,
): Outcome {
	const schema = schemaOf(columns);
	const errors: RowError[] = [];
	const vector = compile(exprOf(text, schema), environment)(batchOf(schema, rows), errors);
	return { values: textsOf(vector), errors };
}
