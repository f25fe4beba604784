import { type Choices, hasOrder, type MadeNode, type MakeStep, ORDERED, ofKind, orderBy, partitionBy, quoted, randomKey, totalOrder } from '../choices.ts';

const ordered = (nodes: readonly MadeNode[]) => {
	const node = nodes.at(-1) as MadeNode;
	return hasOrder(node.schema) ? node : null;
};
const names = (choices: Choices, node: MadeNode) => (choices.yes() ? [] : choices.some(ofKind(node.schema, ...ORDERED), 1, 2).map(({ name }) => name));

export const distinct: MakeStep = (choices, nodes) => {
	const node = ordered(nodes);
	if (node === null) return null;
	const on = choices.yes() ? null : choices.some(node.schema, 1, 3).map(({ name }) => name);
	return {
		type: 'distinct',
		config: on === null ? {} : { on },
		inputs: [{ node }],
		sql: () => `SELECT DISTINCT ${on === null ? '*' : on.map(quoted).join(', ')} FROM ${node.id}`,
		most: node.most,
	};
};

export const limit: MakeStep = (choices, nodes) => {
	const node = ordered(nodes);
	if (node === null) return null;
	const sort = totalOrder(choices, node.schema);
	const count = choices.int(0, 12);
	const by = names(choices, node);
	const columns = node.schema.map(({ name }) => quoted(name)).join(', ');
	return {
		type: 'limit',
		config: { limit: count, sort, ...(by.length === 0 ? {} : { partition_by: by }) },
		inputs: [{ node }],
		sql: () => `SELECT ${columns} FROM (SELECT *, row_number() OVER (${partitionBy(by)} ${orderBy(sort)}) AS __row FROM ${node.id}) WHERE __row <= ${count}`,
		most: node.most,
	};
};

export const sort: MakeStep = (choices, nodes) => {
	const node = ordered(nodes);
	if (node === null) return null;
	const keys = totalOrder(choices, node.schema);
	return { type: 'sort', config: { keys }, inputs: [{ node }], sql: () => `SELECT * FROM ${node.id} ${orderBy(keys)}`, most: node.most };
};

export const rank: MakeStep = (choices, nodes, number) => {
	const node = nodes.at(-1) as MadeNode;
	const by = names(choices, node);
	const keys = ofKind(node.schema, ...ORDERED);
	if (keys.length === 0) return null;
	const sort = choices.some(keys, 1, 2).map(({ name }) => randomKey(choices, name));
	const dense = choices.yes();
	const alias = `r${number}`;
	return {
		type: 'rank',
		config: { alias, dense, sort, ...(by.length === 0 ? {} : { partition_by: by }) },
		inputs: [{ node }],
		sql: () => `SELECT *, ${dense ? 'dense_rank' : 'rank'}() OVER (${partitionBy(by)} ${orderBy(sort)}) AS ${alias} FROM ${node.id}`,
		most: node.most,
	};
};

interface Call {
	readonly config: Readonly<Record<string, unknown>>;
	readonly sql: string;
}

/** Functions whose value is the same for rows that are equal by the sort, or whose order is total. */
function windowCalls(choices: Choices, node: MadeNode, total: boolean, alias: string): Call[] {
	const fields = ofKind(node.schema, ...ORDERED);
	const numbers = ofKind(node.schema, 'integer', 'double', 'decimal');
	const one = (i: number): Call | null => {
		const as = `${alias}_${i}`;
		const kind = choices.pick(['rank', 'value', 'aggregate', 'aggregate'] as const);
		if (kind === 'rank') {
			const name = choices.pick(
				total
					? (['row_number', 'ntile', 'rank', 'dense_rank', 'percent_rank', 'cume_dist'] as const)
					: (['rank', 'dense_rank', 'percent_rank', 'cume_dist'] as const),
			);
			const buckets = name === 'ntile' ? choices.int(1, 4) : null;
			return { config: { function: name, alias: as, ...(buckets === null ? {} : { arguments: [buckets] }) }, sql: `${name}(${buckets ?? ''}) OVER w AS ${as}` };
		}
		if (kind === 'value') {
			if (!total) return null;
			const { name } = choices.pick(fields);
			const fn = choices.pick(['lead', 'lag', 'first_value', 'last_value'] as const);
			const away = choices.int(0, 3);
			const shifts = fn === 'lead' || fn === 'lag';
			const frame = frameOf(choices, total);
			return {
				config: { function: fn, field: name, alias: as, ...(shifts ? { arguments: [away] } : { frame: frame.config }) },
				sql: shifts ? `${fn}(${quoted(name)}, ${away}) OVER w AS ${as}` : `${fn}(${quoted(name)}) OVER (w ${frame.sql}) AS ${as}`,
			};
		}
		const fn = choices.pick(['count', 'count_all', 'sum', 'avg', 'min', 'max'] as const);
		const from = fn === 'sum' || fn === 'avg' ? numbers : fields;
		if (from.length === 0) return null;
		const { name } = choices.pick(from);
		const frame = frameOf(choices, total);
		return {
			config: { function: fn, alias: as, frame: frame.config, ...(fn === 'count_all' ? {} : { field: name }) },
			sql: `${fn === 'count_all' ? 'count(*)' : `${fn}(${quoted(name)})`} OVER (w ${frame.sql}) AS ${as}`,
		};
	};
	return Array.from({ length: choices.int(1, 3) }, (_, i) => one(i)).filter((call) => call !== null);
}

/** Rows are counted only where their order is total. */
function frameOf(choices: Choices, total: boolean): { config: object; sql: string } {
	const unit = total ? choices.pick(['rows', 'range'] as const) : 'range';
	const start = choices.pick(unit === 'rows' ? ['unbounded preceding', '2 preceding', 'current row', '1 following'] : ['unbounded preceding', 'current row']);
	const end = choices.pick(
		unit === 'rows'
			? start === '1 following'
				? ['2 following', 'unbounded following']
				: ['current row', '1 following', 'unbounded following']
			: ['current row', 'unbounded following'],
	);
	return { config: { unit, start, end }, sql: `${unit.toUpperCase()} BETWEEN ${start.toUpperCase()} AND ${end.toUpperCase()}` };
}

export const window: MakeStep = (choices, nodes, number) => {
	const node = nodes.at(-1) as MadeNode;
	const keys = ofKind(node.schema, ...ORDERED);
	if (keys.length === 0) return null;
	const total = hasOrder(node.schema) && choices.yes();
	const sort = total ? totalOrder(choices, node.schema) : choices.some(keys, 1, 2).map(({ name }) => randomKey(choices, name));
	const by = names(choices, node);
	const calls = windowCalls(choices, node, total, `w${number}`);
	if (calls.length === 0) return null;
	return {
		type: 'window',
		config: { sort, functions: calls.map(({ config }) => config), ...(by.length === 0 ? {} : { partition_by: by }) },
		inputs: [{ node }],
		sql: () => `SELECT *, ${calls.map(({ sql }) => sql).join(', ')} FROM ${node.id} WINDOW w AS (${partitionBy(by)} ${orderBy(sort)})`,
		most: node.most,
	};
};
