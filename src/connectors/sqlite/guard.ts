import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { BoundSql } from '../../plan/endpoints.ts';
import { SQLITE_RULES } from '../sql/lexer.ts';
import { type OneStatement, oneStatement, splitStatements } from '../sql/statements.ts';
import { refuseEndlessRecursion } from './recursion.ts';

/** Names the embedded database keeps for itself: the runtime's tables, SQLite's catalogue, staging and ledger of runs. */
export const INTERNAL_NAME = /^(?:__hg_|_cf_|sqlite_)/i;
/** SQLite takes a text for a table's name (`FROM 'sqlite_master'`); as a value such a text is rare, as a pattern (`LIKE 'sqlite_%'`) it is let through. */
const INTERNAL_TEXT = /^'(?:__hg_\w+|_cf_\w+|sqlite_(?:master|schema|temp_master|temp_schema|sequence|stat\d))'$/i;

const READ_VERBS: ReadonlySet<string> = new Set(['SELECT', 'VALUES', 'EXPLAIN', 'PRAGMA']);
const TRANSACTION_VERBS: ReadonlySet<string> = new Set(['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE']);
const FOREIGN_VERBS: ReadonlySet<string> = new Set(['ATTACH', 'DETACH', 'VACUUM']);
const PRAGMAS: readonly string[] = ['table_info', 'table_xinfo', 'table_list', 'index_list', 'index_info', 'index_xinfo', 'foreign_key_list'];

/** One statement of a user's that only reads, ready to be bound. */
export function guardRead(bound: BoundSql): OneStatement {
	const statement = guarded(oneStatement(bound, SQLITE_RULES));
	if (READ_VERBS.has(statement.verb)) return statement;
	throw new AppError('invalid_input', `The SQL begins with ${statement.verb || 'no word'}, which does not only read.`, {
		hint: 'Here only SELECT, VALUES and WITH … SELECT may stand; execute_sql_component runs statements that write.',
	});
}

/** A read that can stand in parentheses behind FROM. */
export function guardQuery(bound: BoundSql): OneStatement {
	const statement = guardRead(bound);
	if (statement.verb === 'EXPLAIN' || statement.verb === 'PRAGMA') {
		throw new AppError('invalid_input', `The query is a ${statement.verb} statement; its rows cannot be read as a table.`, { hint: 'Give a SELECT.' });
	}
	let depth = 0;
	for (const token of statement.tokens) {
		if (token.kind === 'punctuation' && token.text === '(') depth++;
		if (token.kind === 'punctuation' && token.text === ')') depth--;
		if (depth < 0) break;
	}
	if (depth !== 0) throw new AppError('invalid_input', 'The parentheses of the query do not match.', { hint: 'Every ( needs its ).' });
	return statement;
}

/** All statements of a user's text that may also write. */
export function guardWrite(bound: BoundSql): OneStatement[] {
	return splitStatements(bound, SQLITE_RULES).map(guarded);
}

function guarded(statement: OneStatement): OneStatement {
	if (TRANSACTION_VERBS.has(statement.verb)) {
		throw new AppError('invalid_input', `The SQL has ${statement.verb}; transactions are not begun or ended by hand here.`, {
			hint: 'All statements of one component run in one transaction already: leave it out.',
		});
	}
	if (FOREIGN_VERBS.has(statement.verb)) {
		throw new AppError('invalid_input', `The embedded database has no ${statement.verb}.`, {
			hint: 'Leave it out: there is one database file and the platform maintains it.',
		});
	}
	for (const token of statement.tokens) {
		const internal =
			token.kind === 'string' ? INTERNAL_TEXT.test(token.text) : (token.kind === 'word' || token.kind === 'name') && INTERNAL_NAME.test(token.text);
		if (internal) {
			throw new AppError('invalid_input', `The SQL names ${token.text}, which belongs to the database itself.`, {
				hint: 'Names beginning with __hg_, _cf_ and sqlite_ are out of reach; PRAGMA table_list and PRAGMA table_info(name) tell what tables there are.',
			});
		}
	}
	if (statement.verb === 'PRAGMA') onlyReadingPragma(statement);
	refuseRollback(statement);
	refuseEndlessRecursion(statement);
	return statement;
}

/** It would end the transaction that everything here stands in, and what is tried in one, without a word to whoever began it. */
function refuseRollback({ tokens }: OneStatement): void {
	const before = (index: number) => tokens[index]?.text.toUpperCase() ?? '';
	const found = tokens.some((token, at) => {
		if (token.kind !== 'word' || token.text.toUpperCase() !== 'ROLLBACK') return false;
		const [second, first] = [before(at - 2), before(at - 1)];
		return first === 'CONFLICT' || (first === 'OR' && (second === 'INSERT' || second === 'UPDATE')) || (first === '(' && second === 'RAISE');
	});
	if (!found) return;
	throw new AppError('invalid_input', 'The SQL has ROLLBACK for what is to be done about a conflict, which would end a transaction that is not its own.', {
		hint: 'ABORT undoes the statement, which fails the component and with it all it did; FAIL, IGNORE and REPLACE are there too.',
	});
}

function onlyReadingPragma(statement: OneStatement): void {
	const words = statement.tokens.filter((token) => token.kind !== 'punctuation').map((token) => token.text.toLowerCase());
	const name = words[1] === 'main' ? words[2] : words[1];
	// `PRAGMA table_info = t` is SQLite's other way to call it; settings stay refused by name.
	if (name !== undefined && PRAGMAS.includes(name)) return;
	const meant = nearest(name ?? '', PRAGMAS);
	throw new AppError('invalid_input', `The embedded database does not run PRAGMA ${name ?? ''}.`, {
		hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}These are there: ${PRAGMAS.join(', ')}.`,
	});
}
