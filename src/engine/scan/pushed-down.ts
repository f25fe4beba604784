import type { SqlDialect, TableColumn, TableStore } from '../../connectors/connector.ts';
import type { Batch } from '../../data/batch.ts';
import { gatherBatch } from '../../data/gather.ts';
import { sameType } from '../../data/type-names.ts';
import { isExact } from '../../emit/native-types.ts';
import { compile } from '../../expression/evaluate.ts';
import type { Expr, RowError } from '../../expression/ir.ts';
import { passingRows } from '../../expression/select.ts';
import { AppError } from '../../lib/errors.ts';
import type { BoundSql, SourceField, TableSource } from '../../plan/endpoints.ts';
import { mapColumns } from '../map-columns.ts';
import { sayInDialect } from '../say-in-dialect.ts';

/** What of a source's condition the database does, and what is left to do with the rows it gives. */
export interface PushedDown {
	readonly where: BoundSql | null;
	/** Columns that are read for the condition's sake, behind the others. */
	readonly extra: readonly SourceField[];
	/** Takes a page and its wanted columns; gives the rows that pass. Null where the database has done it all. */
	readonly keep: ((page: Batch, wanted: Batch) => Batch) | null;
}

/** A source as it is found: of a query, and where nobody asks, the columns are not known. */
export interface KnownSource {
	readonly dialect: SqlDialect;
	readonly columns: readonly TableColumn[] | null;
}

/** Looks at the source's columns where there is a condition to be said, and where what it means depends on their types. */
export async function knownSource(store: TableStore, source: TableSource, next: Expr | null): Promise<KnownSource> {
	const { dialect } = store;
	const asked = (source.where !== null || next !== null) && dialect !== 'sqlite';
	return { dialect, columns: asked && !('query' in source.from) ? await store.describe(source.from) : null };
}

/**
 * The database filters where its dialect says the condition exactly; otherwise rows are filtered as they come. `next` is a filter
 * behind the scan, over its output: what can be said of it spares rows on their way, and the filter itself stays where it is.
 */
export function pushedDown(source: TableSource, fields: readonly SourceField[], { dialect, columns }: KnownSource, next: Expr | null): PushedDown {
	const say = (condition: Expr) => (computesExactly(condition, dialect, columns) ? sayInDialect(condition, dialect) : null);
	const early = next === null ? null : mapColumns(next, new Map(source.fields.map((field) => [field.name, String(field.source)])));
	const both = source.where !== null && early !== null ? conjunction(source.where, early) : (source.where ?? early);
	const said = both === null ? null : say(both);
	if (both === null || said !== null) return { where: said, extra: [], keep: null };
	if (source.where === null) return { where: null, extra: [], keep: null };
	const own = say(source.where);
	return own === null ? filteredHere(source.where, fields, early === null ? null : say(early)) : { where: own, extra: [], keep: null };
}

/**
 * A place in a read may be a count of the rows seen: they must be picked as before. Throws `conflict` where columns have been given
 * other types since, so that the database is asked for more or fewer rows. SQLite's places are in a snapshot.
 */
export function refuseOtherRows(dialect: SqlDialect, before: string | null, now: BoundSql | null): void {
	if (dialect === 'sqlite' || (now?.sql ?? null) === before) return;
	throw new AppError('conflict', 'The columns of the table that is read have changed since the run began to read it.', { hint: 'Run the package again.' });
}

/** Whether every column in it is, in the database, of the type it was checked with. `columns` null: what the source has is not known. */
function computesExactly(condition: Expr, dialect: SqlDialect, columns: readonly TableColumn[] | null): boolean {
	if (dialect === 'sqlite') return true;
	if (dialect !== 'postgresql' && dialect !== 'mysql' && dialect !== 'clickhouse') return false;
	let exact = columns !== null;
	mapColumns(condition, null, ({ name, type }) => {
		const found = columns?.find((column) => column.name === name);
		if (found === undefined || !sameType(found.type, type) || !isExact(dialect, found.nativeType)) exact = false;
	});
	return exact;
}

function conjunction(a: Expr, b: Expr): Expr {
	return { kind: 'and', type: { kind: 'boolean' }, arguments: [a, b] };
}

function filteredHere(condition: Expr, fields: readonly SourceField[], where: BoundSql | null): PushedDown {
	const columns = new Map<string, SourceField>();
	const renamed = mapColumns(condition, null, ({ name, type }) => {
		columns.set(name, { source: name, name: `where ${name}`, type, format: null });
	});
	const extra = [...columns.values()];
	const schema = extra.map((field) => ({ name: String(field.source), type: field.type }));
	const predicate = compile(renamed);
	return {
		where,
		extra,
		keep(page, wanted) {
			const errors: RowError[] = [];
			const selected = passingRows(predicate, { schema, length: page.length, columns: page.columns.slice(fields.length) }, errors);
			const first = errors[0];
			if (first !== undefined) {
				throw new AppError('invalid_input', `the where clause fails for a row: ${first.message}`, {
					hint: 'Use try_cast, or compare only what is there in every row.',
				});
			}
			return gatherBatch(wanted, selected.rows, selected.count);
		},
	};
}
