import { type Choices, hasOrder, type MadeNode, type MakeStep, NUMERIC, ORDERED, ofKind, quoted } from '../choices.ts';

interface Call {
	readonly config: Readonly<Record<string, unknown>>;
	readonly sql: string;
}

const SAMPLE: Readonly<Record<string, string>> = { stddev: 'stddev_samp', variance: 'var_samp' };

/** Aggregates whose value does not hang on the order of rows. */
function calls(choices: Choices, node: MadeNode, alias: string): Call[] {
	const ordered = ofKind(node.schema, ...ORDERED);
	return Array.from({ length: choices.int(1, 4) }, (_, i) => {
		const as = `${alias}_${i}`;
		const fn = choices.pick(['count', 'count_all', 'count_distinct', 'sum', 'avg', 'min', 'max', 'stddev', 'variance'] as const);
		if (fn === 'count_all') return { config: { function: fn, alias: as }, sql: `count(*) AS ${as}` };
		// The longs are near the ends of their range: their sums may pass 64 bit, which is an error here.
		const numbers = ofKind(node.schema, ...NUMERIC.filter((kind) => kind !== 'long'));
		const from = ['sum', 'avg', 'stddev', 'variance'].includes(fn) ? numbers : ordered;
		if (from.length === 0) return { config: { function: 'count_all', alias: as }, sql: `count(*) AS ${as}` };
		const { name } = choices.pick(from);
		const over = fn === 'count_distinct' ? `count(DISTINCT ${quoted(name)})` : `${SAMPLE[fn] ?? fn}(${quoted(name)})`;
		return { config: { function: fn, field: name, alias: as }, sql: `${over} AS ${as}` };
	});
}

export const aggregate: MakeStep = (choices, nodes, number) => {
	const node = nodes.at(-1) as MadeNode;
	const groupable = ofKind(node.schema, ...ORDERED);
	const by = choices.yes(4) || groupable.length === 0 ? [] : choices.some(groupable, 1, 2).map(({ name }) => name);
	const made = calls(choices, node, `a${number}`);
	const list = [...by.map(quoted), ...made.map(({ sql }) => sql)].join(', ');
	return {
		type: 'aggregate',
		config: { aggregates: made.map(({ config }) => config), ...(by.length === 0 ? {} : { group_by: by }) },
		inputs: [{ node }],
		sql: () => `SELECT ${list} FROM ${node.id} ${by.length === 0 ? '' : `GROUP BY ${by.map(quoted).join(', ')}`}`,
		most: by.length === 0 ? 1 : node.most,
	};
};

export const cube: MakeStep = (choices, nodes, number) => {
	const node = nodes.at(-1) as MadeNode;
	const groupable = ofKind(node.schema, ...ORDERED);
	if (groupable.length === 0) return null;
	const by = choices.some(groupable, 1, 3).map(({ name }) => name);
	const made = calls(choices, node, `q${number}`);
	const grouping = choices.pick(['cube', 'rollup'] as const);
	return {
		type: 'cube',
		config: { grouping, group_by: by, aggregates: made.map(({ config }) => config) },
		inputs: [{ node }],
		sql: () => `SELECT ${[...by.map(quoted), ...made.map(({ sql }) => sql)].join(', ')} FROM ${node.id} GROUP BY ${grouping} (${by.map(quoted).join(', ')})`,
		most: node.most * 8,
	};
};

const KEYS: Readonly<Record<string, readonly (string | number | boolean)[]>> = { string: ['a', 'b', 'é'], integer: [-1, 0, 2], boolean: [true, false] };

export const pivot: MakeStep = (choices, nodes, number) => {
	const node = nodes.at(-1) as MadeNode;
	const keyed = ofKind(node.schema, 'string', 'integer', 'boolean');
	const valued = ofKind(node.schema, 'integer', 'double', 'decimal');
	if (keyed.length === 0 || valued.length === 0 || !hasOrder(node.schema)) return null;
	const [key, value] = [choices.pick(keyed), choices.pick(valued)];
	const groupable = node.schema.filter(({ name }) => name !== key.name && name !== value.name);
	if (groupable.length === 0) return null;
	const by = choices.some(groupable, 1, 2).map(({ name }) => name);
	const fn = choices.pick(['sum', 'count', 'min', 'max', 'avg'] as const);
	const columns = KEYS[key.type.kind] as readonly (string | number | boolean)[];
	const prefix = `v${number}_`;
	const literal = (wanted: string | number | boolean) => (typeof wanted === 'string' ? `'${wanted}'` : String(wanted));
	// A group that has no row of the key has null there, also for a count.
	const cells = columns.map((wanted) => {
		const rows = `FILTER (WHERE ${quoted(key.name)} = ${literal(wanted)})`;
		return `CASE WHEN count(*) ${rows} > 0 THEN ${fn}(${quoted(value.name)}) ${rows} END AS ${quoted(`${prefix}${wanted}`)}`;
	});
	return {
		type: 'pivot',
		config: { group_by: by, key: key.name, value: value.name, aggregate: fn, columns, prefix },
		inputs: [{ node }],
		sql: () => `SELECT ${[...by.map(quoted), ...cells].join(', ')} FROM ${node.id} GROUP BY ${by.map(quoted).join(', ')}`,
		most: node.most,
	};
};

/** Those that go by the order of rows, behind a sort of all columns. */
export const firstLastCollect: MakeStep = (choices, nodes, number) => {
	const node = nodes.at(-1) as MadeNode;
	if (!node.id.startsWith('sort_')) return null;
	const by = choices.some(node.schema, 1, 1).map(({ name }) => name);
	const order = /ORDER BY .*$/s.exec(node.sql)?.[0] ?? '';
	const made = Array.from({ length: choices.int(1, 3) }, (_, i) => {
		const fn = choices.pick(['first', 'last', 'collect'] as const);
		const { name } = choices.pick(
			ofKind(node.schema, 'string', 'integer', 'boolean').length > 0 ? ofKind(node.schema, 'string', 'integer', 'boolean') : node.schema,
		);
		const alias = `o${number}_${i}`;
		const kept = fn === 'collect' ? ` FILTER (WHERE ${quoted(name)} IS NOT NULL)` : '';
		const over = `${fn === 'collect' ? 'list' : fn}(${quoted(name)} ${order})${kept}`;
		return { config: { function: fn, field: name, alias }, sql: `${fn === 'collect' ? `coalesce(${over}, [])` : over} AS ${alias}` };
	});
	return {
		type: 'aggregate',
		config: { group_by: by, aggregates: made.map(({ config }) => config) },
		inputs: [{ node }],
		sql: () => `SELECT ${[...by.map(quoted), ...made.map(({ sql }) => sql)].join(', ')} FROM ${node.id} GROUP BY ${by.map(quoted).join(', ')}`,
		most: node.most,
	};
};
