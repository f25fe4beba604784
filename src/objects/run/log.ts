import type { RunStorage } from '../../engine/ports.ts';
import type { LogLine } from '../../operations/runs/ports.ts';

/** A run that says more than this says nothing new; the last line tells that it was cut off. */
const MOST_LINES = 10_000;
const LINE_CHARACTERS = 2000;
/** At most 2 MB and usually far less: what one answer of the object carries. */
const LINES_A_PAGE = 1000;

interface Row {
	readonly at: number;
	readonly level: LogLine['level'];
	readonly component: string | null;
	readonly message: string;
}

/** The run's log, until it is archived. */
export class RunLog {
	readonly #storage: RunStorage;

	constructor(storage: RunStorage) {
		this.#storage = storage;
	}

	create(): void {
		this.#storage.sql(
			'CREATE TABLE IF NOT EXISTS run_log (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, level TEXT NOT NULL, component TEXT, message TEXT NOT NULL) STRICT',
		);
	}

	append(line: LogLine): void {
		const count = this.count();
		if (count >= MOST_LINES) return;
		const message = count === MOST_LINES - 1 ? `the log ends here: it has ${MOST_LINES} lines` : line.message.slice(0, LINE_CHARACTERS);
		this.#storage.sql('INSERT INTO run_log (at, level, component, message) VALUES (?, ?, ?, ?)', line.at, line.level, line.component, message);
	}

	count(): number {
		return this.#storage.sql<{ count: number }>('SELECT coalesce(max(id), 0) AS count FROM run_log')[0]?.count ?? 0;
	}

	/** The last lines, oldest first. */
	tail(lines: number): LogLine[] {
		return this.#storage.sql<Row>('SELECT at, level, component, message FROM run_log ORDER BY id DESC LIMIT ?', lines).reverse();
	}

	/** The next lines behind one, oldest first. Lines are numbered from 1 without gaps. */
	after(line: number): LogLine[] {
		return this.#storage.sql<Row>('SELECT at, level, component, message FROM run_log WHERE id > ? ORDER BY id LIMIT ?', line, LINES_A_PAGE);
	}

	ndjson(): string {
		return this.tail(MOST_LINES)
			.map((line) => `${JSON.stringify(line)}\n`)
			.join('');
	}
}
