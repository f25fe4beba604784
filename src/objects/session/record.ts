import type { PrincipalJson } from '../../model/principal-json.ts';

/** Names that a client may have enabled or watched at a time; past this many nothing is added. */
const MOST_LISTED = 500;

interface Begun {
	readonly initialize: unknown;
	isOf(principal: PrincipalJson): boolean;
}

type List = 'enabled' | 'watched';

/** What must outlive the memory of a session: whose it is, how it began, what it enabled and watches. */
export class SessionRecord {
	readonly #storage: DurableObjectStorage;

	constructor(storage: DurableObjectStorage) {
		this.#storage = storage;
	}

	/** Null for a session that never began or is over; such a question leaves the object empty. */
	begun(): Begun | null {
		const { sql } = this.#storage;
		if (sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'session'").toArray().length === 0) return null;
		const [row] = sql.exec<{ account_id: number; grant_id: number; initialize: string }>('SELECT * FROM session').toArray();
		if (row === undefined) return null;
		return {
			initialize: JSON.parse(row.initialize),
			isOf: ({ account, grant }) => account.id === row.account_id && grant.id === row.grant_id,
		};
	}

	begin({ account, grant }: PrincipalJson, initialize: unknown): void {
		this.#storage.transactionSync(() => {
			const { sql } = this.#storage;
			sql.exec('CREATE TABLE session (account_id INTEGER NOT NULL, grant_id INTEGER NOT NULL, initialize TEXT NOT NULL) STRICT');
			sql.exec('CREATE TABLE listed (list TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (list, name)) STRICT, WITHOUT ROWID');
			sql.exec('INSERT INTO session VALUES (?, ?, ?)', account.id, grant.id, JSON.stringify(initialize));
		});
	}

	listed(list: List): ReadonlySet<string> {
		const rows = this.#storage.sql.exec<{ name: string }>('SELECT name FROM listed WHERE list = ?', list).toArray();
		return new Set(rows.map((row) => row.name));
	}

	add(list: List, names: readonly string[]): void {
		const room = MOST_LISTED - this.listed(list).size;
		for (const name of names.slice(0, Math.max(0, room))) this.#storage.sql.exec('INSERT INTO listed VALUES (?, ?) ON CONFLICT DO NOTHING', list, name);
	}

	remove(list: List, name: string): void {
		this.#storage.sql.exec('DELETE FROM listed WHERE list = ? AND name = ?', list, name);
	}
}
