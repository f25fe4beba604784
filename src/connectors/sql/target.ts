import { columnFit } from '../../data/column-fit.ts';
import { typeName } from '../../data/type-names.ts';
import type { DataType, TypeKind } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { TableDestination } from '../../plan/endpoints.ts';
import type { TableColumn } from '../connector.ts';

/** A column as a writer must know it. `refusesNull`: an explicit null is an error; `required`: leaving it out is one. */
export interface ExistingColumn extends TableColumn {
	readonly generated: boolean;
	readonly refusesNull: boolean;
	readonly required: boolean;
	/** It keeps values of any type (a column SQLite has no type for), or any number exactly (`numeric` without precision); null: its type's. */
	readonly open: 'any' | 'number' | null;
	/** Most characters of a text; null where there is no bound. */
	readonly maxLength: number | null;
}

export interface TargetColumn {
	readonly field: string;
	readonly column: string;
	/** What the column keeps; values are carried over to it. */
	readonly type: DataType;
	/** As the database spells the type. */
	readonly declared: string;
	readonly refusesNull: boolean;
	readonly maxLength: number | null;
}

export interface ResolvedTarget {
	readonly exists: boolean;
	readonly columns: readonly TargetColumn[];
	/** Those that an existing table lacks. */
	readonly added: readonly TargetColumn[];
	/** Positions of the merge keys in `columns`. */
	readonly keys: readonly number[];
}

/** How a system declares columns and compares their names. */
export interface TargetRules {
	readonly system: string;
	readonly maxColumns: number;
	declare(type: DataType): string;
	/** Two names that become equal are one column. */
	fold(name: string): string;
}

/**
 * Matches a destination with its table (null where there is none) and refuses, before a row is read, whatever could not be
 * written: columns that are not there, named with the nearest; types that do not fit, with the cast that would do; keys not written.
 */
export function resolveTarget(destination: TableDestination, table: readonly ExistingColumn[] | null, rules: TargetRules): ResolvedTarget {
	onlyOnce(destination, rules);
	const find = (name: string) => table?.find((column) => rules.fold(column.name) === rules.fold(name));
	const columns = destination.columns.map((wanted) =>
		table === null ? newColumn(wanted, rules) : matchColumn(destination, table, find(wanted.column), wanted, rules),
	);
	const added = table === null ? [] : columns.filter((column) => find(column.column) === undefined);
	const total = (table?.length ?? 0) + (table === null ? columns.length : added.length);
	if (total > rules.maxColumns) {
		throw new AppError('limit', `The table ${destination.table} would have ${total} columns; ${rules.system} takes ${rules.maxColumns}.`, {
			hint: 'Select fewer columns, or put some of them into one json column.',
		});
	}
	if (table !== null) requireRequired(destination, table, columns, rules);
	return { exists: table !== null, columns, added, keys: keyPositions(destination, columns, rules) };
}

function onlyOnce(destination: TableDestination, rules: TargetRules): void {
	const seen = new Set<string>();
	for (const { column } of destination.columns) {
		if (seen.has(rules.fold(column))) {
			throw new AppError('invalid_input', `The column ${column} of table ${destination.table} would get two fields.`, {
				hint: 'Drop or rename one of them in the mapping.',
			});
		}
		seen.add(rules.fold(column));
	}
}

function newColumn(wanted: TableDestination['columns'][number], rules: TargetRules): TargetColumn {
	return { ...wanted, declared: rules.declare(wanted.type), refusesNull: false, maxLength: null };
}

function matchColumn(
	destination: TableDestination,
	table: readonly ExistingColumn[],
	found: ExistingColumn | undefined,
	wanted: TableDestination['columns'][number],
	rules: TargetRules,
): TargetColumn {
	if (found === undefined) {
		if (destination.addMissingColumns) return newColumn(wanted, rules);
		const names = table.map((column) => column.name);
		const meant = nearest(wanted.column, names);
		throw new AppError('invalid_input', `The table ${destination.table} has no column ${wanted.column}.`, {
			hint: `${meant === undefined ? `Its columns are ${names.slice(0, 30).join(', ')}.` : `Did you mean ${meant}?`} Map the field to a column, or set add_missing_columns to true.`,
		});
	}
	if (found.generated) {
		throw new AppError('invalid_input', `The column ${found.name} of table ${destination.table} is generated and cannot be written.`, {
			hint: 'Leave it out of the mapping.',
		});
	}
	const type = found.open === 'any' || (found.open === 'number' && NUMBERS.has(wanted.type.kind)) ? wanted.type : found.type;
	if (columnFit(wanted.type, type) === 'never') {
		throw new AppError(
			'invalid_input',
			`The column ${found.name} of table ${destination.table} is ${found.nativeType} (${typeName(type)}) and gets ${typeName(wanted.type)} values from the field ${wanted.field}.`,
			{ hint: `Cast it before the destination: cast(${wanted.field} as ${typeName(type)}).` },
		);
	}
	return { field: wanted.field, column: found.name, type, declared: found.nativeType, refusesNull: found.refusesNull, maxLength: found.maxLength };
}

const NUMBERS: ReadonlySet<TypeKind> = new Set(['integer', 'long', 'decimal', 'float', 'double']);

function requireRequired(destination: TableDestination, table: readonly ExistingColumn[], columns: readonly TargetColumn[], rules: TargetRules): void {
	const given = new Set(columns.map((column) => rules.fold(column.column)));
	const absent = table.filter((column) => column.required && !given.has(rules.fold(column.name)));
	if (absent.length === 0) return;
	throw new AppError(
		'invalid_input',
		`The table ${destination.table} needs a value in ${absent.map((column) => column.name).join(', ')}, which no field fills.`,
		{
			hint: 'Map a field to it, or give the column a default.',
		},
	);
}

function keyPositions(destination: TableDestination, columns: readonly TargetColumn[], rules: TargetRules): number[] {
	if (!destination.operation.startsWith('merge_')) return [];
	if (destination.mergeKeys.length === 0) {
		throw new AppError('invalid_input', `${destination.operation} needs merge_keys.`, { hint: 'Name the columns that identify a row.' });
	}
	return destination.mergeKeys.map((key) => {
		const index = columns.findIndex((column) => rules.fold(column.column) === rules.fold(key));
		if (index >= 0) return index;
		const names = columns.map((column) => column.column);
		const meant = nearest(key, names);
		throw new AppError('invalid_input', `The merge key ${key} is not among the columns written.`, {
			hint: meant === undefined ? `They are ${names.slice(0, 30).join(', ')}.` : `Did you mean ${meant}?`,
		});
	});
}
