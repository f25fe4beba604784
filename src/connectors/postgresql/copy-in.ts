import type { Submittable } from 'pg';

/** Pieces of one COPY message; larger ones only fill buffers. */
const CHUNK = 64 * 1024;

/** What pg gives a query of its own to speak through; its types leave the COPY messages out. */
interface CopyConnection {
	query(text: string): void;
	sendCopyFromChunk(chunk: Buffer): void;
	endCopyFrom(): void;
}

/** `COPY … FROM STDIN` as a query of pg's queue: sends all rows when the server asks for them, and settles when it is done. */
export class CopyIn implements Submittable {
	readonly done: Promise<void>;
	readonly #sql: string;
	readonly #rows: string;
	readonly #settle: { resolve: () => void; reject: (error: unknown) => void };

	constructor(sql: string, rows: string) {
		this.#sql = sql;
		this.#rows = rows;
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		this.done = promise;
		this.#settle = { resolve, reject };
	}

	submit(connection: unknown): void {
		(connection as CopyConnection).query(this.#sql);
	}

	handleCopyInResponse(connection: CopyConnection): void {
		const bytes = Buffer.from(this.#rows);
		for (let at = 0; at < bytes.length; at += CHUNK) connection.sendCopyFromChunk(bytes.subarray(at, at + CHUNK));
		connection.endCopyFrom();
	}

	handleCommandComplete(): void {}

	handleEmptyQuery(): void {}

	/** pg forgets a query that failed, so nothing is called behind this. */
	handleError(error: unknown): void {
		this.#settle.reject(error);
	}

	handleReadyForQuery(): void {
		this.#settle.resolve();
	}
}
