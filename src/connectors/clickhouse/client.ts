import { AppError } from '../../lib/errors.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import { boundedBody } from '../bounded-body.ts';
import type { ConnectorEnv } from '../connector.ts';
import type { CheckedSettings } from '../define.ts';
import { refusePrivateHost } from '../private-host.ts';
import { retrying, waitFor } from '../retry.ts';
import { messageOf, notWaitedFor, upstream } from '../upstream.ts';
import type { ClickhouseConfig, ClickhouseSecrets } from './config.ts';

const ATTEMPTS = 4;
const MAX_ANSWER = 32 * 1024 * 1024;

/** Settings that make answers exact: https://clickhouse.com/docs/operations/settings/formats */
const EXACT: Readonly<Record<string, string>> = {
	output_format_json_quote_64bit_integers: '1',
	output_format_json_quote_decimals: '1',
	output_format_json_quote_denormals: '1',
	output_format_json_named_tuples_as_objects: '0',
	date_time_output_format: 'iso',
	session_timezone: 'UTC',
	join_use_nulls: '1',
	mutations_sync: '2',
};

/** Whoever does not wait for the rows any more has the server stop too. */
const READING: Readonly<Record<string, string>> = { readonly: '2', cancel_http_readonly_queries_on_client_close: '1' };

/** Numbers of https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp that pass: timeouts, memory, too many queries or parts, network. */
const PASSING: ReadonlySet<number> = new Set([159, 160, 202, 209, 210, 236, 241, 242, 252, 319, 425, 999]);

export interface ClickhouseRequest {
	readonly sql: string;
	/** Only for INSERT: the rows behind it. */
	readonly rows?: string;
	readonly readOnly: boolean;
	readonly settings?: Readonly<Record<string, string>>;
	/** It may be sent again when its answer was lost. */
	readonly repeatable: boolean;
	/** It fills a table that is thrown away where this breaks off. */
	readonly discardable?: boolean;
}

/** The HTTP interface. Says failures in our words; the only place that decides which are worth another try. */
export class ClickhouseClient {
	readonly #config: ClickhouseConfig;
	readonly #url: URL;
	readonly #headers: () => Headers;
	readonly #redact: Redact;
	readonly #fetch: typeof fetch;
	#under = new AbortController();
	/** Steps of a commit that are past undoing are at work. */
	#held = 0;

	constructor(settings: CheckedSettings<ClickhouseConfig, ClickhouseSecrets>, env: ConnectorEnv) {
		const { config, secrets } = settings;
		this.#config = config;
		this.#fetch = env.fetch;
		this.#url = new URL(config.url);
		refusePrivateHost(this.#url.hostname, env.allowPrivateHosts);
		if (this.#url.protocol !== 'https:' && !env.allowPrivateHosts) {
			throw new AppError('invalid_input', 'The setting url is not https: the password and rows would travel in the open.', {
				hint: `Use https://${this.#url.host}.`,
			});
		}
		this.#redact = redactor([secrets.password]);
		this.#headers = () =>
			new Headers({ 'X-ClickHouse-User': config.username, 'X-ClickHouse-Key': secrets.password.reveal(), 'X-ClickHouse-Database': config.database });
	}

	/** Ends requests that may be sent again or whose work is thrown away, answers that are still being read among them. */
	interrupt(): void {
		if (this.#held > 0) return;
		this.#under.abort();
		this.#under = new AbortController();
	}

	/** Work that is not interrupted: it is past undoing. */
	async held<T>(work: () => Promise<T>): Promise<T> {
		this.#held++;
		try {
			return await work();
		} finally {
			this.#held--;
		}
	}

	get database(): string {
		return this.#config.database;
	}

	/** The answer, whole. Errors of the statement come before any of it, because the server waits for the end. */
	async text(request: ClickhouseRequest): Promise<string> {
		const send = async () => {
			const answer = await this.#exchange({ ...request, settings: { wait_end_of_query: '1', ...request.settings } }, MAX_ANSWER);
			return answer.text();
		};
		return request.repeatable ? retrying(ATTEMPTS, waitFor, send) : send();
	}

	/** The answer as it comes; a failure on the way stands in its text. */
	async stream(request: ClickhouseRequest): Promise<ReadableStream<Uint8Array>> {
		const answer = await this.#exchange(request, Number.POSITIVE_INFINITY);
		return answer.body ?? new Blob([]).stream();
	}

	async #exchange(request: ClickhouseRequest, maxBytes: number): Promise<Response> {
		const url = new URL(this.#url);
		// readonly 2 lets settings be given and everything but reading be refused; a query cannot take it back.
		const settings = { ...EXACT, ...(request.readOnly ? READING : {}), ...request.settings };
		for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
		const timeoutMs = this.#config.timeout_seconds * 1000;
		const abort = new AbortController();
		const timer = setTimeout(() => abort.abort(), timeoutMs);
		const fetch = this.#fetch;
		const under = this.#under.signal;
		const gives = request.readOnly || request.repeatable || request.discardable === true;
		try {
			const signal = gives ? AbortSignal.any([abort.signal, under]) : abort.signal;
			const body = request.rows === undefined ? request.sql : `${request.sql}\n${request.rows}`;
			const answer = await fetch(url, { method: 'POST', headers: this.#headers(), body, redirect: 'manual', signal });
			const bounded = answer.body === null ? null : boundedBody(answer.body, { maxBytes, idleMs: timeoutMs, from: url.host });
			if (answer.ok && answer.headers.get('X-ClickHouse-Exception-Code') === null) return new Response(bounded, { headers: answer.headers });
			throw this.failure(await new Response(bounded).text(), answer.status);
		} catch (error) {
			if (error instanceof AppError) throw error;
			if (gives && under.aborted) throw notWaitedFor(`The ClickHouse server ${url.host}`);
			const because = abort.signal.aborted
				? `did not answer within ${this.#config.timeout_seconds} s`
				: `could not be reached: ${messageOf(error, this.#redact)}`;
			throw upstream(`The ClickHouse server ${url.host} ${because}.`, { retryable: true, hint: 'Check url and that the server lets the gateway in.' });
		} finally {
			clearTimeout(timer);
		}
	}

	/** The server's error text (`Code: 60. DB::Exception: …`) in our words. */
	failure(text: string, status: number | null = null): AppError {
		const found = /Code:\s*(\d+)\.\s*DB::(?:\w+)?Exception:\s*([\s\S]*?)(?:\s*\(version [^)]*\))?\s*$/.exec(text);
		const code = found === null ? null : Number(found[1]);
		const said = messageOf(found?.[2] ?? text, this.#redact);
		const retryable = code === null ? status === null || status >= 500 || status === 429 : PASSING.has(code);
		const failure = upstream(`ClickHouse refused: ${said === '' ? `status ${status}` : said}.`, { retryable, hint: hintFor(code, retryable) });
		return new AppError('upstream', failure.message, { retryable, hint: failure.hint, details: { clickhouse_error: code } });
	}
}

/** ClickHouse's number of an error; null where there is none. */
export function errorCode(error: unknown): number | null {
	const code = error instanceof AppError ? error.details?.['clickhouse_error'] : null;
	return typeof code === 'number' ? code : null;
}

function hintFor(code: number | null, retryable: boolean): string {
	switch (code) {
		case 516:
		case 194:
			return 'Check username and password of the connection.';
		case 81:
			return 'Check database of the connection.';
		case 60:
			return 'discover_schema lists the tables; names are case-sensitive.';
		case 47:
		case 16:
			return 'discover_schema lists the columns of a table; a text stands in single quotes.';
		case 497:
			return 'Grant the user this right, or use another user.';
		case 164:
			return 'Only reading is allowed here; execute_sql_component runs statements that write.';
		default:
			return retryable ? 'This passes by itself: try again.' : 'Correct the SQL or the data.';
	}
}
