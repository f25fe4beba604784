import type { DataType } from '../../data/types.ts';

/**
 * The type a column is declared with. SQLite derives an *affinity* from the letters of that name, and the affinity decides what
 * becomes of a stored value, so the names are chosen by what they do:
 * `BIGINT`, `INT4` (contain INT) keep 64-bit integers · `TEXT`, `JSON_TEXT` (contain TEXT) keep text as it is, where `JSON` alone
 * would turn the document `1.10` into the number 1.1 · `REAL`, `FLOAT4` (FLOA) are doubles · `DECIMAL(p,s)`, `BOOLEAN`, `DATE`,
 * `DATETIME` are NUMERIC: numbers become numbers, dates stay text because they are none · `BLOB` changes nothing.
 */
export function declaredType(type: DataType): string {
	switch (type.kind) {
		case 'string':
			return 'TEXT';
		case 'integer':
			return 'INT4';
		case 'long':
			return 'BIGINT';
		case 'float':
			return 'FLOAT4';
		case 'double':
			return 'REAL';
		case 'decimal':
			return `DECIMAL(${type.precision},${type.scale})`;
		case 'boolean':
			return 'BOOLEAN';
		case 'datetime':
			return 'DATETIME';
		case 'date':
			return 'DATE';
		case 'json':
			return 'JSON_TEXT';
		case 'binary':
			return 'BLOB';
	}
}

/** Narrow integers by name. `INT` and `INTEGER` are 64-bit in SQLite, so they read as long. */
const INTEGER_NAMES: ReadonlySet<string> = new Set(['INT4', 'INT2', 'SMALLINT', 'TINYINT', 'MEDIUMINT']);
const SIMPLE_NAMES: ReadonlyMap<string, Exclude<DataType['kind'], 'decimal'>> = new Map([
	['BOOL', 'boolean'],
	['BOOLEAN', 'boolean'],
	['DATE', 'date'],
	['DATETIME', 'datetime'],
	['TIMESTAMP', 'datetime'],
	['TIMESTAMPTZ', 'datetime'],
	['JSON', 'json'],
	['JSON_TEXT', 'json'],
	['FLOAT4', 'float'],
	['BINARY', 'binary'],
	['VARBINARY', 'binary'],
	['BYTEA', 'binary'],
	['NUM', 'double'],
	['NUMERIC', 'double'],
	['DECIMAL', 'double'],
]);
const EXACT = /^(?:DECIMAL|NUMERIC|DEC)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$/;

/** What a declared type means here; null where it says nothing (none at all, or `ANY`): then the values have to be looked at. */
export function typeOfDeclared(declared: string): DataType | null {
	const name = declared.trim().toUpperCase().replace(/\s+/g, ' ');
	if (name === '' || name === 'ANY') return null;
	const exact = EXACT.exec(name);
	if (exact !== null) {
		const precision = Number(exact[1]);
		const scale = Number(exact[2] ?? 0);
		return precision >= 1 && precision <= 38 && scale <= precision ? { kind: 'decimal', precision, scale } : { kind: 'double' };
	}
	const bare = name.replace(/\s*\(.*$/, '');
	const simple = SIMPLE_NAMES.get(bare);
	if (simple !== undefined) return { kind: simple };
	if (bare.startsWith('TIMESTAMP')) return { kind: 'datetime' };
	if (INTEGER_NAMES.has(bare)) return { kind: 'integer' };
	switch (affinityOf(name)) {
		case 'INTEGER':
			return { kind: 'long' };
		case 'REAL':
			return { kind: 'double' };
		case 'BLOB':
			return { kind: 'binary' };
		default:
			return { kind: 'string' };
	}
}

export type Affinity = 'INTEGER' | 'TEXT' | 'BLOB' | 'REAL' | 'NUMERIC';

/** The rules of https://www.sqlite.org/datatype3.html#determination_of_column_affinity, in their order. */
export function affinityOf(declared: string): Affinity {
	const name = declared.toUpperCase();
	if (name.includes('INT')) return 'INTEGER';
	if (name.includes('CHAR') || name.includes('CLOB') || name.includes('TEXT')) return 'TEXT';
	if (name.includes('BLOB') || name === '') return 'BLOB';
	if (name.includes('REAL') || name.includes('FLOA') || name.includes('DOUB')) return 'REAL';
	return 'NUMERIC';
}
