/** One thing to do with the files, said for every contender. */
export interface Workload {
	readonly name: string;
	/** What it reads; sqlite3 and Miller cannot read Parquet. */
	readonly input: 'sales' | 'flights';
	/** Components between source and destination, in a line; a join's second input is the products. */
	readonly components: readonly Readonly<Record<string, Readonly<Record<string, unknown>>>>[];
	readonly format: 'csv' | 'parquet';
	/** Over `sales`, `products` or `flights`: DuckDB's and SQLite's. */
	readonly sql: string;
	/** Verbs of Miller; null where it has none for it. */
	readonly miller: readonly string[] | null;
	/** The order of the rows is part of the answer. */
	readonly ordered: boolean;
	/** Needs the 50 k products beside the sales. */
	readonly joins: boolean;
}

const PLAIN = { format: 'csv', ordered: false, joins: false, miller: null } as const;

export const WORKLOADS: readonly Workload[] = [
	{
		...PLAIN,
		name: 'filter_aggregate',
		input: 'sales',
		components: [
			{ filter_component: { expression: 'quantity >= 3 and price > 20' } },
			{
				aggregate_component: {
					group_by: ['region', 'quantity'],
					aggregates: [
						{ function: 'count_all', alias: 'orders' },
						{ function: 'sum', field: 'quantity', alias: 'pieces' },
						{ function: 'max', field: 'price', alias: 'dearest' },
					],
				},
			},
			{ sort_component: { keys: [{ field: 'region' }, { field: 'quantity' }] } },
		],
		sql: `SELECT region, quantity, count(*) AS orders, sum(quantity) AS pieces, max(price) AS dearest FROM sales
			WHERE quantity >= 3 AND price > 20 GROUP BY region, quantity ORDER BY region, quantity`,
		miller: [
			...['filter', '$quantity >= 3 && $price > 20', 'then', 'put', '$pieces = $quantity'],
			...['then', 'stats1', '-a', 'count,sum,max', '-f', 'pieces,price', '-g', 'region,quantity', 'then', 'sort', '-f', 'region', '-nf', 'quantity'],
		],
		ordered: true,
	},
	{
		...PLAIN,
		name: 'row_wise',
		input: 'sales',
		components: [
			{ filter_component: { expression: 'quantity >= 3' } },
			{
				select_component: {
					columns: [
						{ expression: 'id' },
						{ expression: 'day' },
						{ expression: 'upper(region)', alias: 'region' },
						{ expression: 'product' },
						{ expression: 'price * quantity', alias: 'total' },
						{ expression: 'note' },
					],
				},
			},
		],
		sql: 'SELECT id, day, upper(region) AS region, product, price * quantity AS total, note FROM sales WHERE quantity >= 3',
		miller: [
			...['filter', '$quantity >= 3', 'then', 'put', '$region = toupper($region); $total = $price * $quantity'],
			...['then', 'cut', '-o', '-f', 'id,day,region,product,total,note'],
		],
	},
	{
		...PLAIN,
		name: 'join',
		input: 'sales',
		components: [
			{ join_component: { keys: [{ left: 'product', right: 'product' }] } },
			{
				select_component: {
					columns: [{ expression: 'id' }, { expression: 'title' }, { expression: 'category' }, { expression: '(price - cost) * quantity', alias: 'margin' }],
				},
			},
		],
		sql: 'SELECT id, title, category, (price - cost) * quantity AS margin FROM sales JOIN products USING (product)',
		miller: [
			...['join', '-f', 'products.csv', '-j', 'product', 'then', 'put', '$margin = ($price - $cost) * $quantity'],
			...['then', 'cut', '-o', '-f', 'id,title,category,margin'],
		],
		joins: true,
	},
	{
		...PLAIN,
		name: 'distinct',
		input: 'sales',
		components: [{ distinct_component: { on: ['customer', 'region'] } }],
		sql: 'SELECT DISTINCT customer, region FROM sales',
		miller: ['uniq', '-g', 'customer,region', 'then', 'cut', '-o', '-f', 'customer,region'],
	},
	{
		...PLAIN,
		name: 'sort',
		input: 'sales',
		components: [{ sort_component: { keys: [{ field: 'price', direction: 'desc' }, { field: 'id' }] } }],
		sql: 'SELECT * FROM sales ORDER BY price DESC, id',
		miller: ['sort', '-nr', 'price', '-nf', 'id'],
		ordered: true,
	},
	{
		...PLAIN,
		name: 'window_rank',
		input: 'sales',
		components: [
			{ rank_component: { alias: 'place', partition_by: ['product'], sort: [{ field: 'price', direction: 'desc' }] } },
			{ select_component: { columns: ['id', 'product', 'price', 'place'].map((expression) => ({ expression })) } },
		],
		sql: 'SELECT id, product, price, rank() OVER (PARTITION BY product ORDER BY price DESC) AS place FROM sales',
		miller: [
			...['sort', '-f', 'product', '-nr', 'price', 'then', 'put', '-q'],
			// Miller 6 compares nothing with what is not there yet, and emits a map as one record only when told to.
			'begin {@product = ""; @price = ""; @row = 0; @place = 0} if ($product != @product) {@product = $product; @row = 0; @price = ""} @row += 1; if ($price != @price) {@price = $price; @place = @row} emit1 {"id": $id, "product": $product, "price": $price, "place": @place}',
		],
	},
	{ ...PLAIN, name: 'csv_to_parquet', input: 'sales', components: [], format: 'parquet', sql: 'SELECT * FROM sales' },
	{
		...PLAIN,
		name: 'group_384k',
		input: 'sales',
		components: [
			{
				aggregate_component: {
					group_by: ['customer'],
					aggregates: [
						{ function: 'count_all', alias: 'orders' },
						{ function: 'sum', field: 'quantity', alias: 'pieces' },
						{ function: 'max', field: 'price', alias: 'dearest' },
					],
				},
			},
		],
		sql: 'SELECT customer, count(*) AS orders, sum(quantity) AS pieces, max(price) AS dearest FROM sales GROUP BY customer',
		miller: ['put', '$pieces = $quantity', 'then', 'stats1', '-a', 'count,sum,max', '-f', 'pieces,price', '-g', 'customer'],
	},
	{
		...PLAIN,
		name: 'parquet_filter_aggregate',
		input: 'flights',
		components: [
			{ filter_component: { expression: 'distance > 300 and delay > 0' } },
			{
				aggregate_component: {
					group_by: ['origin'],
					aggregates: [
						{ function: 'count_all', alias: 'flights' },
						{ function: 'sum', field: 'delay', alias: 'late' },
						{ function: 'max', field: 'distance', alias: 'farthest' },
					],
				},
			},
			{ sort_component: { keys: [{ field: 'origin' }] } },
		],
		sql: `SELECT origin, count(*) AS flights, sum(delay) AS late, max(distance) AS farthest FROM flights
			WHERE distance > 300 AND delay > 0 GROUP BY origin ORDER BY origin`,
		ordered: true,
	},
	{
		...PLAIN,
		name: 'parquet_to_csv',
		input: 'flights',
		components: [{ filter_component: { expression: 'delay > 0' } }],
		sql: 'SELECT * FROM flights WHERE delay > 0',
	},
	{
		...PLAIN,
		name: 'parquet_distinct',
		input: 'flights',
		components: [{ distinct_component: { on: ['origin', 'destination', 'distance'] } }],
		sql: 'SELECT DISTINCT origin, destination, distance FROM flights',
	},
	{
		...PLAIN,
		name: 'parquet_sort',
		input: 'flights',
		components: [{ sort_component: { keys: ['delay', 'origin', 'date', 'distance', 'destination'].map((field) => ({ field })) } }],
		sql: 'SELECT * FROM flights ORDER BY delay, origin, date, distance, destination',
		ordered: true,
	},
];
