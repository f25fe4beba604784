import type { DataType } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { QueryParameter } from '../../plan/endpoints.ts';
import type { SqlCell, SqlStatement } from '../connector.ts';
import { parameterValue } from '../sql/parameters.ts';
import { type OneStatement, replaceParameters } from '../sql/statements.ts';
import { storedCell } from './cells.ts';

/** Durable Object SQLite takes at most 100 bound parameters. */
const MAX_PARAMETERS = 100;

/**
 * Binds typed values as this database stores them. Numbers bind as REAL there, so that `typeof(?)`, `? || ''` and integer
 * division would see 5.0: integers travel as digits inside `CAST(? AS INTEGER)`.
 */
export function bind(statement: OneStatement): SqlStatement {
	if (statement.parameters.length > MAX_PARAMETERS) {
		throw new AppError('limit', `The SQL binds ${statement.parameters.length} values; ${MAX_PARAMETERS} is the most.`, {
			hint: 'Put the values into a table and join it.',
		});
	}
	const bindings: SqlCell[] = [];
	const sql = replaceParameters(statement, (parameter) => {
		const cell = parameterCell(parameter);
		bindings.push(cell);
		return isInteger(parameter.type) && typeof cell === 'string' ? 'CAST(? AS INTEGER)' : '?';
	});
	return { sql, bindings };
}

/** The statement with its values written into it as literals, for where SQLite takes no parameters (views). */
export function inline(statement: OneStatement): string {
	return replaceParameters(statement, (parameter) => literal(parameterCell(parameter), isInteger(parameter.type)));
}

function isInteger(type: DataType): boolean {
	return type.kind === 'integer' || type.kind === 'long' || type.kind === 'boolean';
}

function parameterCell(parameter: QueryParameter): SqlCell {
	const value = parameterValue(parameter);
	if (value === null) return null;
	const cell = storedCell(parameter.type, value);
	return isInteger(parameter.type) ? String(cell) : cell;
}

function literal(cell: SqlCell, integer: boolean): string {
	if (cell === null) return 'NULL';
	if (typeof cell === 'number') return Number.isFinite(cell) ? `CAST('${cell}' AS REAL)` : cell > 0 ? '9e999' : '-9e999';
	if (typeof cell === 'string') return integer ? `CAST('${cell}' AS INTEGER)` : textLiteral(cell);
	return `x'${Array.from(cell, (byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
}

/** A NUL would end the SQL text early: it is put in by `char(0)`. */
function textLiteral(text: string): string {
	return text
		.split('\u0000')
		.map((piece) => `'${piece.replaceAll("'", "''")}'`)
		.join(' || char(0) || ');
}
