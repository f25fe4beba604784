import type { Schema } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import type { TableStore } from '../connector.ts';
import { POSTGRES_RULES } from '../sql/lexer.ts';
import { type OneStatement, oneStatement, refuseTransactions, splitStatements } from '../sql/statements.ts';
import { bind } from './bind.ts';
import type { PgClient, PgResult } from './client.ts';
import { batchOf, schemaOf } from './rows.ts';

/** The columns a query would give, asked of the server without running it. */
export async function describeQuery(client: PgClient, query: string, parameters: readonly QueryParameter[]): Promise<Schema> {
	const bound = bind(oneStatement({ sql: query, parameters }, POSTGRES_RULES));
	return client.transaction('BEGIN READ ONLY', async () => {
		const { fields } = await client.query(`SELECT * FROM (${bound.sql}\n) AS t LIMIT 0`, bound.values);
		return schemaOf(fields);
	});
}

/** Users' SQL: one statement in a read-only transaction, or any number of them in one transaction (the last one's rows). */
export async function execute(
	client: PgClient,
	sql: BoundSql,
	options: { readonly maxRows: number; readonly readOnly: boolean },
): ReturnType<TableStore['execute']> {
	const statements = options.readOnly ? [oneStatement(sql, POSTGRES_RULES)] : splitStatements(sql, POSTGRES_RULES);
	if (statements.length === 0) throw new AppError('invalid_input', 'The SQL is empty.', { hint: 'Give at least one statement.' });
	refuseTransactions(statements);
	return client.transaction(options.readOnly ? 'BEGIN READ ONLY' : 'BEGIN', async () => {
		let last: PgResult = { fields: [], rows: [], affected: 0 };
		let written = 0;
		for (const statement of statements) {
			last = await run(client, statement, options.maxRows + 1);
			if (!isQuery(statement)) written += last.affected;
		}
		const rows = last.rows.slice(0, options.maxRows);
		return { batch: batchOf(schemaOf(last.fields), rows, 'statement'), truncated: last.rows.length > rows.length, rowsWritten: written };
	});
}

function isQuery(statement: OneStatement): boolean {
	return statement.verb === 'SELECT' || statement.verb === 'VALUES';
}

/** A query is read through a cursor, so that the server stops at the rows wanted. */
async function run(client: PgClient, statement: OneStatement, maxRows: number): Promise<PgResult> {
	const bound = bind(statement);
	if (!isQuery(statement) || hasInto(statement)) return client.query(bound.sql, bound.values);
	await client.query(`DECLARE headgate_execute NO SCROLL CURSOR FOR ${bound.sql}`, bound.values);
	const result = await client.query(`FETCH FORWARD ${maxRows} FROM headgate_execute`);
	await client.query('CLOSE headgate_execute');
	return result;
}

/** `SELECT … INTO table` makes a table; `WITH x AS (INSERT … RETURNING …) SELECT` writes: neither can be a cursor. */
function hasInto(statement: OneStatement): boolean {
	return statement.tokens.some((token) => token.kind === 'word' && /^(?:INTO|INSERT|UPDATE|DELETE|MERGE)$/i.test(token.text));
}
