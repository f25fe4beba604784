import { connect as connectSocket } from 'cloudflare:sockets';
import { Duplex } from 'node:stream';

export interface SocketTarget {
	readonly host: string;
	readonly port: number;
	readonly timeoutMs: number;
	/**
	 * `off`: plain. `later`: the driver calls `startTls` when its protocol is there. A function is asked on the plain socket whether
	 * TLS may begin; what it throws ends the connection. The certificate is verified by the runtime for the host.
	 */
	readonly tls: 'off' | 'later' | ((plain: PlainExchange) => Promise<void>);
}

/** Reads and writes before TLS begins. */
export interface PlainExchange {
	write(bytes: Uint8Array): Promise<void>;
	/** The next bytes that arrive, as many as came at once. */
	read(): Promise<Uint8Array>;
}

/**
 * A TCP socket of the platform as the Node stream that database drivers speak to. Their own adapters hang on COPY out
 * (pg-cloudflare) and on TLS (node:tls), so this is the one they are all given. `connect` is what drivers call.
 */
export class SocketStream extends Duplex {
	readonly #target: SocketTarget;
	#socket: Socket | null = null;
	#reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
	#writer: WritableStreamDefaultWriter<Uint8Array> | null = null;
	#reading = false;

	constructor(target: SocketTarget) {
		super();
		this.#target = target;
	}

	connect(): this {
		this.#open().then(
			() => (this.destroyed ? undefined : this.emit('connect')),
			(error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
		);
		return this;
	}

	setNoDelay(): this {
		return this;
	}

	setKeepAlive(): this {
		return this;
	}

	setTimeout(): this {
		return this;
	}

	ref(): this {
		return this;
	}

	unref(): this {
		return this;
	}

	override _read(): void {
		if (this.#reading || this.#reader === null) return;
		this.#reading = true;
		const reader = this.#reader;
		this.#pump(reader).catch((error: unknown) => {
			if (this.#reader === reader) this.destroy(error as Error);
		});
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
		const writer = this.#writer;
		if (writer === null) {
			done(new Error('the socket is not open'));
			return;
		}
		writer.write(chunk).then(
			() => done(),
			(error: unknown) => done(error as Error),
		);
	}

	override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: (error?: Error | null) => void): void {
		this._write(
			Buffer.concat(chunks.map(({ chunk, encoding }) => (typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk))),
			'binary' as BufferEncoding,
			done,
		);
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#close().then(
			() => done(),
			() => done(),
		);
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		// Not waited for: a peer that takes nothing any more would keep whoever waits for this stream.
		this.#close().catch(() => undefined);
		done(error);
	}

	async #open(): Promise<void> {
		const { timeoutMs } = this.#target;
		const { promise: late, reject } = Promise.withResolvers<never>();
		const timer = setTimeout(() => reject(new Error(`no connection within ${timeoutMs / 1000} s`)), timeoutMs);
		try {
			await Promise.race([late, this.#establish()]);
		} finally {
			clearTimeout(timer);
		}
	}

	/** Goes on encrypted on the same stream; nothing may be under way in either direction but what the server will not answer. */
	async startTls(): Promise<void> {
		const socket = this.#socket;
		if (socket === null) throw new Error('the socket is not open');
		this.#reader?.releaseLock();
		this.#writer?.releaseLock();
		this.#reader = null;
		this.#reading = false;
		this.#socket = socket.startTls();
		await this.#socket.opened;
		this.#begin(this.#socket);
	}

	async #establish(): Promise<void> {
		const { host, port, tls } = this.#target;
		const socket = connectSocket({ hostname: host, port }, { secureTransport: tls === 'off' ? 'off' : 'starttls', allowHalfOpen: false });
		this.#socket = socket;
		await socket.opened;
		if (typeof tls === 'function') {
			await exchange(socket, tls);
			this.#socket = socket.startTls();
			await this.#socket.opened;
		}
		this.#begin(this.#socket);
	}

	#begin(socket: Socket): void {
		this.#reader = socket.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
		this.#writer = socket.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
		this._read();
	}

	async #pump(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
		for (let more = true; more; ) {
			const { done, value } = await reader.read();
			// Reading goes on under TLS by another reader.
			if (this.#reader !== reader) return;
			if (done) {
				this.push(null);
				return;
			}
			more = this.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
		}
		this.#reading = false;
	}

	async #close(): Promise<void> {
		const socket = this.#socket;
		this.#socket = null;
		await socket?.close();
	}
}

async function exchange(socket: Socket, negotiate: (plain: PlainExchange) => Promise<void>): Promise<void> {
	const reader = socket.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
	const writer = socket.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
	await negotiate({
		write: (bytes) => writer.write(bytes),
		async read() {
			const { done, value } = await reader.read();
			if (done) throw new Error('the server closed the connection');
			return value;
		},
	});
	reader.releaseLock();
	writer.releaseLock();
}
