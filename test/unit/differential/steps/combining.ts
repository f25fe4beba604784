import type { DataType, Field, Schema, TypeKind } from '../../../../src/data/types.ts';
import { duckDbType } from '../../expression/duckdb-dialect.ts';
import { type Choices, type MadeNode, type MakeStep, quoted, sameTypes } from '../choices.ts';

/** More rows than this are not made: the point is what comes out, not how long it takes. */
const MOST = 3000;
const DATES: readonly TypeKind[] = ['date', 'datetime'];
const EXACT: readonly TypeKind[] = ['integer', 'long', 'decimal'];
const JOINABLE = ['string', 'integer', 'long', 'decimal', 'boolean', 'date', 'datetime', 'double'];

/** Pairs of columns that a join may compare. */
function keyPairs(choices: Choices, left: Schema, right: Schema): { left: string; right: string }[] {
	const pairs = left.flatMap((a) =>
		right.filter((b) => JOINABLE.includes(a.type.kind) && sameTypes(a.type, b.type)).map((b) => ({ left: a.name, right: b.name })),
	);
	return pairs.length === 0 ? [] : choices.some(pairs, 1, 2);
}

/** Columns of a join as the package names them: those of the left, then those of the right. */
function joined(output: Schema, left: MadeNode, right: MadeNode): string {
	return output
		.map(({ name }, i) => {
			const side = i < left.schema.length ? 'l' : 'r';
			const from = side === 'l' ? left.schema[i] : right.schema[i - left.schema.length];
			return `${side}.${quoted((from as Field).name)} AS ${quoted(name)}`;
		})
		.join(', ');
}

export const join: MakeStep = (choices, nodes, number) => {
	const left = nodes.at(-1) as MadeNode;
	const right = choices.pick(nodes);
	const keys = keyPairs(choices, left.schema, right.schema);
	if (keys.length === 0 || left.most * right.most > 40 * MOST) return null;
	const kind = choices.pick(['inner', 'left', 'right', 'full'] as const);
	const on = keys.map((key) => `l.${quoted(key.left)} = r.${quoted(key.right)}`).join(' AND ');
	return {
		type: 'join',
		config: { join_type: kind, keys, right_prefix: `j${number}_`, hint: choices.pick(['auto', 'replicated', 'skewed']) },
		inputs: [{ node: left }, { node: right }],
		sql: (output) => `SELECT ${joined(output, left, right)} FROM ${left.id} AS l ${kind} JOIN ${right.id} AS r ON ${on}`,
		most: left.most * right.most,
	};
};

export const crossJoin: MakeStep = (choices, nodes, number) => {
	const left = nodes.at(-1) as MadeNode;
	const right = choices.pick(nodes);
	if (left.most * right.most > MOST) return null;
	return {
		type: 'cross_join',
		config: { right_prefix: `c${number}_` },
		inputs: [{ node: left }, { node: right }],
		sql: (output) => `SELECT ${joined(output, left, right)} FROM ${left.id} AS l CROSS JOIN ${right.id} AS r`,
		most: left.most * right.most,
	};
};

/** Types whose columns a union puts together: equal, or both held exactly by a wider one, which DuckDB finds by itself. */
function goTogether(a: DataType, b: DataType): boolean {
	const kinds = [a.kind, b.kind];
	if (sameTypes(a, b)) return true;
	if (kinds.every((kind) => DATES.includes(kind))) return true;
	return kinds.every((kind) => kind === 'integer' || kind === 'double') || (kinds.every((kind) => EXACT.includes(kind)) && digits(a, b) <= 38);
}

/** Digits of the decimal that holds both. */
function digits(a: DataType, b: DataType): number {
	const [x, y] = [a, b].map((type) => (type.kind === 'decimal' ? [type.precision - type.scale, type.scale] : [type.kind === 'integer' ? 10 : 19, 0])) as [
		[number, number],
		[number, number],
	];
	return Math.max(x[0], y[0]) + Math.max(x[1], y[1]);
}

export const unionByName: MakeStep = (choices, nodes) => {
	const inputs = [nodes.at(-1) as MadeNode, choices.pick(nodes)];
	const types = new Map<string, DataType>();
	for (const { schema } of inputs)
		for (const { name, type } of schema)
			if (!goTogether(types.get(name) ?? type, type)) return null;
			else types.set(name, type);
	if (inputs[0] === inputs[1]) return null;
	return {
		type: 'union',
		config: { by: 'name' },
		inputs: inputs.map((node) => ({ node })),
		sql: (output) =>
			inputs
				.map(({ id, schema }) => {
					const has = new Set(schema.map(({ name }) => name));
					return `SELECT ${output.map(({ name, type }) => (has.has(name) ? quoted(name) : `CAST(NULL AS ${duckDbType(type)}) AS ${quoted(name)}`)).join(', ')} FROM ${id}`;
				})
				.join(' UNION ALL '),
		most: inputs.reduce((sum, { most }) => sum + most, 0),
	};
};

export const unionByPosition: MakeStep = (choices, nodes) => {
	const first = nodes.at(-1) as MadeNode;
	const fitting = nodes.filter(
		(node) =>
			node !== first && node.schema.length === first.schema.length && node.schema.every(({ type }, i) => goTogether(type, (first.schema[i] as Field).type)),
	);
	if (fitting.length === 0) return null;
	const second = choices.pick(fitting);
	return {
		type: 'union',
		config: { by: 'position' },
		inputs: [{ node: first }, { node: second }],
		sql: () => `SELECT * FROM ${first.id} UNION ALL SELECT * FROM ${second.id}`,
		most: first.most + second.most,
	};
};
