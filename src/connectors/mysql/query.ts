import type { Schema } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { BoundSql, QueryParameter } from '../../plan/endpoints.ts';
import type { TableStore } from '../connector.ts';
import { MYSQL_RULES } from '../sql/lexer.ts';
import { hasAtTop, type OneStatement, oneStatement, refuseTransactions, splitStatements } from '../sql/statements.ts';
import type { MysqlClient, MysqlResult } from './client.ts';
import { inline, quoteName } from './literal.ts';
import { exactly } from './read.ts';
import { batchOf, schemaOf } from './rows.ts';
import { type MysqlField, typeOfField } from './types.ts';

const READ_VERBS: ReadonlySet<string> = new Set(['SELECT', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC', 'ANALYZE']);

/** The columns a query would give, asked of the server by a query of no rows. */
export async function describeQuery(client: MysqlClient, query: string, parameters: readonly QueryParameter[]): Promise<Schema> {
	const statement = oneStatement({ sql: query, parameters }, MYSQL_RULES);
	return schemaOf((await client.query(`SELECT * FROM (${inline(statement)}\n) AS t LIMIT 0`)).fields);
}

/** Users' SQL: one statement in a read-only transaction, or any number of them in one transaction (the last one's rows). */
export async function execute(
	client: MysqlClient,
	sql: BoundSql,
	options: { readonly maxRows: number; readonly readOnly: boolean },
): ReturnType<TableStore['execute']> {
	const statements = options.readOnly ? [readingStatement(sql)] : splitStatements(sql, MYSQL_RULES);
	if (statements.length === 0) throw new AppError('invalid_input', 'The SQL is empty.', { hint: 'Give at least one statement.' });
	refuseTransactions(statements);
	return client.transaction(options.readOnly ? 'START TRANSACTION READ ONLY' : 'START TRANSACTION', async () => {
		let last: MysqlResult = { fields: [], rows: [], affected: 0 };
		let written = 0;
		for (const statement of statements) {
			last = statement.verb === 'SELECT' ? await select(client, statement, options.maxRows + 1) : await client.query(inline(statement));
			written += last.affected;
		}
		const rows = last.rows.slice(0, options.maxRows);
		return { batch: batchOf(schemaOf(last.fields), rows, 'statement'), truncated: last.rows.length > rows.length, rowsWritten: written };
	});
}

/** `START TRANSACTION READ ONLY` lets files be written and statements that commit by themselves pass: the verb must be one that reads. */
function readingStatement(sql: BoundSql): OneStatement {
	const statement = oneStatement(sql, MYSQL_RULES);
	const into = statement.tokens.some((token) => token.kind === 'word' && token.text.toUpperCase() === 'INTO');
	if (READ_VERBS.has(statement.verb) && !into) return statement;
	throw new AppError('invalid_input', `The SQL begins with ${statement.verb || 'no word'}${into ? ' … INTO' : ''}, which does not only read.`, {
		hint: 'Here only SELECT, VALUES, SHOW and EXPLAIN may stand; execute_sql_component runs statements that write.',
	});
}

/** Stops at the rows wanted where the statement does not bound them itself. Floats are asked for as doubles, for their text has six digits only. */
async function select(client: MysqlClient, statement: OneStatement, maxRows: number): Promise<MysqlResult> {
	const sql = inline(statement);
	const bounds = ['LIMIT', 'FOR', 'INTO', 'LOCK', 'PROCEDURE'].some((word) => hasAtTop(statement, word));
	const bounded = bounds ? sql : `${sql}\nLIMIT ${maxRows}`;
	const fields = await fieldsOf(client, sql);
	if (fields === null || !fields.some((field) => typeOfField(field).kind === 'float')) return client.query(bounded);
	const columns = fields.map((field) => `${exactly(`t.${quoteName(field.name)}`, field)} AS ${quoteName(field.name)}`);
	const { rows } = await client.query(`SELECT ${columns.join(', ')} FROM (${bounded}\n) AS t LIMIT ${maxRows}`);
	return { fields, rows, affected: 0 };
}

/** Null where the statement cannot stand behind FROM: two columns of one name, a lock. */
async function fieldsOf(client: MysqlClient, sql: string): Promise<readonly MysqlField[] | null> {
	try {
		return (await client.query(`SELECT * FROM (${sql}\n) AS t LIMIT 0`)).fields;
	} catch (error) {
		if (error instanceof AppError && !error.retryable) return null;
		throw error;
	}
}
