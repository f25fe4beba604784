import type { Field, Schema } from '../../../../src/data/types.ts';
import { checkExpression } from '../../../../src/expression/check.ts';
import { NO_VARIABLES } from '../../../../src/expression/variables.ts';
import { emitDuckDb } from '../../expression/duckdb-dialect.ts';
import { type Choices, type MadeNode, type MakeStep, NUMERIC, ofKind, quoted, sameTypes } from '../choices.ts';

/** Expressions that cannot fail: what failing ones do is compared where expressions are compared by themselves. */
function value(choices: Choices, { name, type }: Field): string {
	const column = quoted(name);
	switch (type.kind) {
		case 'string':
			return choices.pick([
				column,
				`upper(${column})`,
				`${column} || '-x'`,
				`coalesce(${column}, 'none')`,
				`substring(${column}, 1, 2)`,
				`length(${column})`,
				`md5(${column})`,
			]);
		case 'integer':
			return choices.pick([
				column,
				`${column} % 3`,
				`coalesce(${column}, 0)`,
				`${column} / 4`,
				`cast(${column} as string)`,
				`cast(${column} as long) - 1`,
				`sign(${column})`,
			]);
		case 'boolean':
			return choices.pick([column, `not ${column}`, `case when ${column} then 'yes' else 'no' end`]);
		case 'date':
			return choices.pick([column, `last_day(${column})`, `GetMonth(${column})`, `date_trunc('week', ${column})`]);
		case 'datetime':
			return choices.pick([column, `GetHour(${column})`, `cast(${column} as date)`, `ToUnixTime(${column})`]);
		case 'double':
			return choices.pick([column, `${column} * 0.5`, `floor(${column})`, `abs(${column})`]);
		default:
			return column;
	}
}

function predicate(choices: Choices, schema: Schema): string {
	const simple = (): string => {
		const { name, type } = choices.pick(schema);
		const column = quoted(name);
		if (choices.yes(4)) return `${column} is ${choices.pick(['null', 'not null'])}`;
		switch (type.kind) {
			case 'string':
				return choices.pick([`${column} like 'a%'`, `${column} in ('a', 'b')`, `${column} > 'ab'`, `${column} matches '[a-z]+'`, `contains(${column}, 'a')`]);
			case 'boolean':
				return column;
			case 'date':
				return `${column} >= date '2024-02-28'`;
			case 'datetime':
				return `${column} < timestamp '2024-02-28T12:00:00Z'`;
			case 'json':
				return `${column} is not null`;
			default:
				return `${column} ${choices.pick(['=', '!=', '<', '<=', '>', '>='])} ${choices.int(-2, 3)}`;
		}
	};
	const first = simple();
	return choices.pick([first, `${first} and ${simple()}`, `${first} or ${simple()}`, `not (${first})`]);
}

function toSql(text: string, schema: Schema): string {
	const checked = checkExpression(text, { schema, variables: NO_VARIABLES });
	if ('faults' in checked) throw new Error(`${text}: ${JSON.stringify(checked.faults)}`);
	const emitted = emitDuckDb(checked.expr);
	if (emitted === null) throw new Error(`DuckDB has no ${text}`);
	return emitted.sql;
}

const last = (nodes: readonly MadeNode[]) => nodes.at(-1) as MadeNode;

export const select: MakeStep = (choices, nodes, number) => {
	const node = last(nodes);
	const keep = choices.yes();
	const columns = choices.some(node.schema, 1, 4).map((field, i) => ({ expression: value(choices, field), alias: `s${number}_${i}` }));
	return {
		type: 'select',
		config: { columns, keep_others: keep },
		inputs: [{ node }],
		sql: () =>
			`SELECT ${keep ? '*, ' : ''}${columns.map(({ expression, alias }) => `${toSql(expression, node.schema)} AS ${quoted(alias)}`).join(', ')} FROM ${node.id}`,
		most: node.most,
	};
};

export const filter: MakeStep = (choices, nodes) => {
	const node = last(nodes);
	const expression = predicate(choices, node.schema);
	const where = toSql(expression, node.schema);
	return {
		type: 'filter',
		config: { expression },
		inputs: [{ node }],
		sql: () => `SELECT * FROM ${node.id} WHERE ${where}`,
		rejected: `SELECT * FROM ${node.id} WHERE (${where}) IS NOT TRUE`,
		most: node.most,
	};
};

export const assert: MakeStep = (choices, nodes) => {
	const node = last(nodes);
	const expression = predicate(choices, node.schema);
	return {
		type: 'assert',
		config: { expression, message: 'it is not so', on_error: 'skip' },
		inputs: [{ node }],
		sql: () => `SELECT * FROM ${node.id} WHERE ${toSql(expression, node.schema)}`,
		most: node.most,
	};
};

export const clone: MakeStep = (_, nodes) => {
	const node = last(nodes);
	return { type: 'clone', config: {}, inputs: [{ node }], sql: () => `SELECT * FROM ${node.id}`, most: node.most };
};

export const unpivot: MakeStep = (choices, nodes, number) => {
	const node = last(nodes);
	const kind = choices.pick(['string', ...NUMERIC] as const);
	const [first] = ofKind(node.schema, kind);
	// Numbers of several types become the widest, as those of a UNION do.
	const mixed = kind !== 'string' && choices.yes();
	const fields = node.schema.filter(({ type }) => first !== undefined && (mixed ? NUMERIC.includes(type.kind) : sameTypes(type, first.type)));
	if (fields.length < 2) return null;
	const chosen = choices.some(fields, 2, 3);
	// Refused: a double does not hold their digits.
	if (chosen.some(({ type }) => type.kind === 'double') && chosen.some(({ type }) => type.kind === 'long' || type.kind === 'decimal')) return null;
	const columns = chosen.map(({ name }) => name);
	const [key, of] = [`u${number}_key`, `u${number}_value`];
	const kept = node.schema.filter(({ name }) => !columns.includes(name)).map(({ name }) => `${quoted(name)}, `);
	return {
		type: 'unpivot',
		config: { columns, key_alias: key, value_alias: of },
		inputs: [{ node }],
		sql: () => columns.map((name) => `SELECT ${kept.join('')}'${name}' AS ${key}, ${quoted(name)} AS ${of} FROM ${node.id}`).join(' UNION ALL '),
		most: node.most * columns.length,
	};
};

export const flatten: MakeStep = (choices, nodes, number) => {
	const node = last(nodes);
	const field = node.schema.find(({ name }) => name === 'tags');
	if (field === undefined) return null;
	const keepEmpty = choices.yes();
	const alias = `f${number}`;
	const list = `from_json(CAST("tags" AS JSON), '["JSON"]')`;
	const elements = keepEmpty ? `CASE WHEN coalesce(len(${list}), 0) = 0 THEN [NULL] ELSE ${list} END` : list;
	return {
		type: 'flatten',
		config: { field: 'tags', alias, keep_empty: keepEmpty },
		inputs: [{ node }],
		sql: () => `SELECT *, unnest(${elements}) AS ${alias} FROM ${node.id}`,
		most: node.most * 3,
	};
};

export const parseJson: MakeStep = (choices, nodes, number) => {
	const node = last(nodes);
	if (node.schema.every(({ name }) => name !== 'doc')) return null;
	const all = [
		{ path: '$.a', type: 'integer', sql: `CAST(json_extract_string(CAST("doc" AS JSON), '$.a') AS INTEGER)` },
		{ path: '$.b.c', type: 'string', sql: `json_extract_string(CAST("doc" AS JSON), '$.b.c')` },
	];
	const taken = choices.some(all).map((each, i) => ({ ...each, alias: `p${number}_${i}` }));
	return {
		type: 'parse_json',
		config: { field: 'doc', extract: taken.map(({ path, type, alias }) => ({ path, type, alias })) },
		inputs: [{ node }],
		sql: () => `SELECT *, ${taken.map(({ sql, alias }) => `${sql} AS ${alias}`).join(', ')} FROM ${node.id}`,
		most: node.most,
	};
};
