import type { TableColumn, TableStore } from '../../connectors/connector.ts';
import { sameType, typeName } from '../../data/type-names.ts';
import type { TypeKind } from '../../data/types.ts';
import { isExact } from '../../emit/native-types.ts';
import type { ColumnExpr, Expr } from '../../expression/ir.ts';
import { AppError } from '../../lib/errors.ts';
import type { BoundSql, TableDestination } from '../../plan/endpoints.ts';
import { mapColumns } from '../map-columns.ts';
import { sayInDialect } from '../say-in-dialect.ts';

/** What a new table's columns of these are differs from system to system. */
const OPAQUE: ReadonlySet<TypeKind> = new Set(['json', 'binary', 'float']);

/**
 * A merge condition as the destination's own SQL, over staged rows that bear the names of the table's columns; null where there is
 * none. Throws `invalid_input` where the database would not decide it as it was checked, before any row is read.
 */
export async function mergeConditionOf(store: TableStore, destination: TableDestination): Promise<BoundSql | null> {
	if (destination.mergeCondition === null) return null;
	const { dialect } = store;
	const staged = new Map(destination.columns.map(({ field, column }) => [`source.${field}`, `source.${column}`]).reverse() as [string, string][]);
	const condition = mapColumns(destination.mergeCondition, staged);
	if (dialect !== 'sqlite') await requireExact(store, destination, condition);
	const said = sayInDialect(condition, dialect, true);
	if (said !== null) return said;
	throw new AppError('invalid_input', `the merge condition has something that ${dialect} does not decide exactly as the gateway does`, {
		hint: 'Compare columns and values with operators and simple functions, or work the rest out in a select before and compare its column. The embedded database decides every condition.',
	});
}

/** Every column in it must be, in the database, of the type it was checked with; a table that is yet to be made has the types it is given. */
async function requireExact(store: TableStore, destination: TableDestination, condition: Expr): Promise<void> {
	const { dialect } = store;
	if (dialect !== 'postgresql' && dialect !== 'mysql' && dialect !== 'clickhouse') {
		throw new AppError('invalid_input', `a merge condition cannot be given to ${dialect}`, {
			hint: 'The embedded database, PostgreSQL, MySQL and ClickHouse take one.',
		});
	}
	const fold = (name: string) => (dialect === 'mysql' ? name.toLowerCase() : name);
	const table = await store.describe({ schema: destination.schema, table: destination.table });
	mapColumns(condition, null, (used) => {
		const name = used.name.slice(used.name.indexOf('.') + 1);
		const found = table?.find((column) => fold(column.name) === fold(name));
		const exact = found === undefined ? !OPAQUE.has(used.type.kind) : sameType(found.type, used.type) && isExact(dialect, found.nativeType);
		if (!exact) throw unlike(dialect, name, used, found);
	});
}

function unlike(dialect: string, name: string, { type }: ColumnExpr, found: TableColumn | undefined): AppError {
	const theirs = found === undefined ? 'to be made' : `${found.nativeType} there (${typeName(found.type)})`;
	const cast = found === undefined || sameType(found.type, type) ? null : `Cast the field to ${typeName(found.type)} before the destination`;
	return new AppError('invalid_input', `the merge condition compares the column ${name}, which is ${theirs} and ${typeName(type)} in the package`, {
		hint: `${cast ?? `${dialect} compares such a column in a way of its own`}; or leave it out of merge_condition.`,
	});
}
