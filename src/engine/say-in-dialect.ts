import type { SqlDialect } from '../connectors/connector.ts';
import { emitExpression as emitClickhouse } from '../emit/clickhouse.ts';
import { emitExpression as emitMysql } from '../emit/mysql.ts';
import { emitExpression as emitPostgresql } from '../emit/postgresql.ts';
import { emitExpression as emitSqlite } from '../emit/sqlite.ts';
import type { Expr } from '../expression/ir.ts';
import { quoteIn } from '../lib/quote-name.ts';
import type { BoundSql } from '../plan/endpoints.ts';

type EmitExpression = (expr: Expr, quote: (name: string) => string) => BoundSql | null;

const EMITTERS: Partial<Record<SqlDialect, EmitExpression>> = {
	sqlite: emitSqlite,
	postgresql: emitPostgresql,
	mysql: emitMysql,
	clickhouse: emitClickhouse,
};

/**
 * A condition as a database's own SQL; null where its dialect cannot say it exactly. `sides`: columns are `source.x` and
 * `target.x`, whose qualifier stays outside the quotes. All dialects but SQLite's compute with the columns as the database has
 * them: the caller must know that those are of the types the condition was checked with (emit/native-types.ts).
 */
export function sayInDialect(expr: Expr, dialect: SqlDialect, sides = false): BoundSql | null {
	const quoted = (name: string) => quoteIn(dialect, name);
	const quotedBehindSide = (name: string) => {
		const dot = name.indexOf('.');
		return dot < 0 ? quoted(name) : `${name.slice(0, dot)}.${quoted(name.slice(dot + 1))}`;
	};
	return EMITTERS[dialect]?.(expr, sides ? quotedBehindSide : quoted) ?? null;
}
