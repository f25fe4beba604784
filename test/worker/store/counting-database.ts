/** A D1 database that adds up the rows its statements read, as D1 bills them. */
export interface CountingDatabase {
	readonly database: D1Database;
	/** Rows read and statements run since the last call. */
	take(): { readonly rowsRead: number; readonly statements: number };
}

/**
 * `raw()` (drizzle's way) and `first()` tell no figures: each such statement is run a second time with `all()` for its meta,
 * so this is for statements that only read.
 */
export function countingDatabase(real: D1Database): CountingDatabase {
	let rowsRead = 0;
	let statements = 0;
	const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

	const count = async (statement: D1PreparedStatement) => {
		const { meta } = await statement.all();
		rowsRead += meta.rows_read;
		statements += 1;
	};
	const watched = (statement: D1PreparedStatement): D1PreparedStatement => {
		const proxy = new Proxy(statement, {
			get(target, property) {
				if (property === 'bind') return (...values: unknown[]) => watched(target.bind(...values));
				if (property === 'all') {
					return async () => {
						const answer = await target.all();
						rowsRead += answer.meta.rows_read;
						statements += 1;
						return answer;
					};
				}
				const value: unknown = Reflect.get(target, property);
				if ((property === 'raw' || property === 'first') && typeof value === 'function') {
					return async (...options: unknown[]) => {
						await count(target);
						return value.apply(target, options);
					};
				}
				return typeof value === 'function' ? value.bind(target) : value;
			},
		});
		originals.set(proxy, statement);
		return proxy;
	};
	const database = new Proxy(real, {
		get(target, property) {
			if (property === 'prepare') return (sql: string) => watched(target.prepare(sql));
			if (property === 'batch') {
				return async (all: D1PreparedStatement[]) => {
					const answers = await target.batch(all.map((statement) => originals.get(statement) ?? statement));
					for (const answer of answers) rowsRead += answer.meta.rows_read;
					statements += answers.length;
					return answers;
				};
			}
			const value: unknown = Reflect.get(target, property);
			return typeof value === 'function' ? value.bind(target) : value;
		},
	});
	return {
		database,
		take() {
			const taken = { rowsRead, statements };
			rowsRead = 0;
			statements = 0;
			return taken;
		},
	};
}
