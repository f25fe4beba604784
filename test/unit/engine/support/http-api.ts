import type { HttpEndpoint } from '../../../../src/connectors/connector.ts';

export interface SentRequest {
	readonly path: string;
	readonly method: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly query: Readonly<Record<string, string>>;
	readonly body: string | null;
}

/** An API that answers what a function says, and remembers what it was asked. */
export class MemoryApi implements HttpEndpoint {
	readonly kind = 'http';
	readonly sent: SentRequest[] = [];
	readonly #answer: (request: SentRequest, number: number) => Response;

	constructor(answer: (request: SentRequest, number: number) => Response) {
		this.#answer = answer;
	}

	async close() {}

	interrupt() {}

	async check() {
		return { ok: true, latencyMs: 0, message: '' };
	}

	async send(request: SentRequest) {
		this.sent.push(request);
		return this.#answer(request, this.sent.length);
	}
}
