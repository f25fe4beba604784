import { AppError } from '../lib/errors.ts';
import { readEvents, type ServerEvent } from './event-reader.ts';
import { send } from './http-client.ts';

/** Breaks in a row after which following is given up. */
const MOST_BREAKS = 5;
const BREAK_MS = 1_000;

export interface LogClient {
	/** Writes what there is. */
	print(runId: number, write: (text: string) => void): Promise<void>;
	/** Writes lines as they come until the run ends; gives how it ended. Goes on by itself after a break of the connection. */
	follow(runId: number, watch: LogWatch): Promise<string>;
}

export interface LogWatch {
	line(text: string): void;
	status(status: string): void;
}

interface LineData {
	readonly at: string;
	readonly level: string;
	readonly component: string | null;
	readonly message: string;
}

export function logClient(url: string, account: string, token: string): LogClient {
	const address = (runId: number) => `${url}/${encodeURIComponent(account)}/api/runs/${runId}/log`;
	return {
		async print(runId, write) {
			const response = await send(address(runId), token, { headers: { accept: 'text/plain' } });
			for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) write(text);
		},
		async follow(runId, watch) {
			let after = '0';
			for (let breaks = 0; breaks <= MOST_BREAKS; breaks++) {
				if (breaks > 0) await new Promise((resolve) => setTimeout(resolve, BREAK_MS));
				const headers = { accept: 'text/event-stream', 'last-event-id': after };
				const response = await send(address(runId), token, { headers }).catch((error: unknown) => {
					if (breaks > 0 && error instanceof AppError && error.code === 'unavailable') return null;
					throw error;
				});
				for await (const event of whole(response)) {
					breaks = 0;
					after = event.id ?? after;
					const ended = tell(event, watch);
					if (ended !== null) return ended;
				}
			}
			throw new AppError('unavailable', `The log of run ${runId} broke off after line ${after}.`, {
				hint: 'Follow it again: the run goes on without a reader.',
			});
		},
	};
}

/** The events of a stream as far as it goes: that it breaks is no failure, for it is opened again. */
async function* whole(response: Response | null): AsyncGenerator<ServerEvent> {
	if (response?.body == null) return;
	try {
		yield* readEvents(response.body);
	} catch {
		return;
	}
}

/** Gives how the run ended, once it has. */
function tell({ name, data }: ServerEvent, watch: LogWatch): string | null {
	if (name === 'line') {
		const { at, level, component, message } = JSON.parse(data) as LineData;
		watch.line(`${at} ${level.toUpperCase()} ${component === null ? '' : `[${component}] `}${message}\n`);
		return null;
	}
	const { status } = JSON.parse(data) as { readonly status: string };
	if (name === 'status') watch.status(status);
	return name === 'end' ? status : null;
}
