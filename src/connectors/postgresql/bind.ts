import { formatValue } from '../../data/text.ts';
import type { DataType, Value } from '../../data/types.ts';
import { parameterValue } from '../sql/parameters.ts';
import { type OneStatement, replaceParameters } from '../sql/statements.ts';
import { declaredType } from './types.ts';

export interface PgStatement {
	readonly sql: string;
	readonly values: readonly (string | null)[];
}

/** `?` becomes `$n` with the parameter's own type, so that the server never guesses; `from` parameters stand before it. */
export function bind(statement: OneStatement, from = 0): PgStatement {
	const values = statement.parameters.map((parameter) => {
		const value = parameterValue(parameter);
		return value === null ? null : serverText(parameter.type, value);
	});
	const sql = replaceParameters(statement, (parameter, index) => `$${from + index + 1}::${declaredType(parameter.type)}`);
	return { sql, values };
}

/** A value as the server's input functions read it. Datetimes are written in UTC. */
export function serverText(type: DataType, value: Exclude<Value, null>): string {
	return type.kind === 'binary' ? `\\x${Buffer.from(value as Uint8Array).toString('hex')}` : formatValue(type, value, 0);
}
