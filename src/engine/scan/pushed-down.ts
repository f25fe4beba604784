import type { SqlDialect } from '../../connectors/connector.ts';
import type { Batch } from '../../data/batch.ts';
import { gatherBatch } from '../../data/gather.ts';
import type { DataType } from '../../data/types.ts';
import { compile } from '../../expression/evaluate.ts';
import type { Expr } from '../../expression/ir.ts';
import { selectRows } from '../../expression/select.ts';
import { sayInDialect } from '../say-in-dialect.ts';
import { AppError } from '../../lib/errors.ts';
import type { BoundSql, SourceField, TableSource } from '../../plan/endpoints.ts';

/** What of a source's condition the database does, and what is left to do with the rows it gives. */
export interface PushedDown {
	readonly where: BoundSql | null;
	/** Columns that are read for the condition's sake, behind the others. */
	readonly extra: readonly SourceField[];
	/** Takes a page and its wanted columns; gives the rows that pass. Null where the database has done it all. */
	readonly keep: ((page: Batch, wanted: Batch) => Batch) | null;
}

/** The database filters where its dialect says the condition exactly; otherwise rows are filtered as they come. */
export function pushedDown(source: TableSource, fields: readonly SourceField[], dialect: SqlDialect): PushedDown {
	if (source.where === null) return { where: null, extra: [], keep: null };
	const emitted = sayInDialect(source.where, dialect);
	if (emitted !== null) return { where: emitted, extra: [], keep: null };
	const columns = new Map<string, DataType>();
	collectColumns(source.where, columns);
	const extra = [...columns].map(([name, type]) => ({ source: name, name: `where ${name}`, type, format: null }));
	const schema = [...columns].map(([name, type]) => ({ name, type }));
	const predicate = compile(source.where);
	return {
		where: null,
		extra,
		keep(page, wanted) {
			const errors: Parameters<typeof predicate>[1] = [];
			const selected = selectRows(predicate, { schema, length: page.length, columns: page.columns.slice(fields.length) }, errors);
			const first = errors[0];
			if (first !== undefined) throw new AppError('invalid_input', `the where clause fails for a row: ${first.message}`, { hint: 'Use try_cast, or compare only what is there in every row.' });
			return gatherBatch(wanted, selected.rows, selected.count);
		},
	};
}

function collectColumns(expr: Expr, columns: Map<string, DataType>): void {
	if (expr.kind === 'column') columns.set(expr.name, expr.type);
	else if (expr.kind === 'cast') collectColumns(expr.argument, columns);
	else if (expr.kind === 'case') {
		for (const branch of expr.branches) {
			collectColumns(branch.when, columns);
			collectColumns(branch.then, columns);
		}
		collectColumns(expr.otherwise, columns);
	} else if (expr.kind !== 'literal') for (const argument of expr.arguments) collectColumns(argument, columns);
}
