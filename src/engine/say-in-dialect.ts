import type { SqlDialect } from '../connectors/connector.ts';
import { emitExpression as emitSqlite } from '../emit/sqlite.ts';
import type { Expr } from '../expression/ir.ts';
import type { BoundSql } from '../plan/endpoints.ts';

type EmitExpression = (expr: Expr, quote: (name: string) => string) => BoundSql | null;

const EMITTERS: Partial<Record<SqlDialect, EmitExpression>> = { sqlite: emitSqlite };

/**
 * A condition as a database's own SQL; null where its dialect cannot say it exactly. `sides`: columns are `source.x` and
 * `target.x`, whose qualifier stays outside the quotes.
 */
export function sayInDialect(expr: Expr, dialect: SqlDialect, sides = false): BoundSql | null {
	return EMITTERS[dialect]?.(expr, sides ? quotedBehindSide : quoted) ?? null;
}

function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

function quotedBehindSide(name: string): string {
	const dot = name.indexOf('.');
	return dot < 0 ? quoted(name) : `${name.slice(0, dot)}.${quoted(name.slice(dot + 1))}`;
}
