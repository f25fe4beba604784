import { AppError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import type { HttpDestination } from '../../plan/endpoints.ts';
import type { BadCell } from '../bad-rows.ts';
import type { OperatorContext, Sink } from '../operator.ts';
import { httpEndpoint } from '../stores.ts';
import { Outbox, type Packet } from './outbox.ts';
import { outputOf } from './output.ts';
import { NoRequest, requestBody, requestHeaders, requestPath } from './request-template.ts';

interface SavedHttpSink {
	readonly outbox: Json;
	readonly records: number;
	readonly notBefore: number;
}

/**
 * Rows as requests. They are sent while the run goes on and cannot be taken back; one that may have been sent before a crash is
 * sent again under the same Idempotency-Key.
 */
export function httpSink(context: OperatorContext, destination: HttpDestination): Sink {
	const saved = context.saved as unknown as SavedHttpSink | undefined;
	const outbox = new Outbox(context, context.inputs[0] ?? [], destination.batchSize, saved?.outbox);
	const pause = destination.requestsPerSecond === null ? 0 : 1000 / destination.requestsPerSecond;
	let records = saved?.records ?? 0;
	let notBefore = saved?.notBefore ?? 0;
	const refused: { packet: Packet; bad: BadCell[] }[] = [];
	let sentSinceSave = false;
	return {
		async begin() {
			await httpEndpoint(context, destination.connection);
		},
		push: (_input, batch) => outbox.add(batch),
		end: () => context.requestCheckpoint(),
		isFull: () => outbox.isFull,
		busy: () => context.ended() && outbox.isEmpty,
		step: () => context.finish(),
		settle() {
			for (const { packet, bad } of refused.splice(0)) context.survivors(packet.batch, packet.firstRow, bad);
			return sentSinceSave;
		},
		save() {
			sentSinceSave = false;
			const state: SavedHttpSink = { outbox: outbox.save(), records, notBefore };
			return state as unknown as Json;
		},
		afterCheckpoint: () => outbox.send(context.ended(), deliver),
		async commit() {},
		abort: async () => false,
		output: () => outputOf(context, records, `${destination.request.method} ${destination.request.path}`),
	};

	/** True: the packet is dealt with, though nothing was sent. */
	function refuse(packet: Packet, { errorClass, message }: NoRequest): true {
		refused.push({ packet, bad: everyRow(packet, errorClass, message) });
		return true;
	}

	async function deliver(packet: Packet): Promise<boolean> {
		const now = context.ports.now();
		if (now < notBefore) {
			context.waitUntil(notBefore, `"${context.node.component.name}" keeps to ${destination.requestsPerSecond} requests a second`);
			return false;
		}
		sentSinceSave = true;
		const { runId } = context.spec;
		const { method, query } = destination.request;
		const path = requestPath(destination.request.path, packet.batch);
		const headers = requestHeaders(destination.request.headers, packet.batch);
		if (path instanceof NoRequest) return refuse(packet, path);
		if (headers instanceof NoRequest) return refuse(packet, headers);
		const endpoint = await httpEndpoint(context, destination.connection);
		const response = await endpoint.send({
			method,
			path,
			query,
			headers: { ...headers, 'Idempotency-Key': `${runId}-${context.node.id}-${packet.number}` },
			body: requestBody(destination, packet.batch),
		});
		notBefore = now + pause;
		if (response.status < 300) {
			await response.body?.cancel();
			records += packet.batch.length;
		} else refused.push({ packet, bad: await refusal(packet, response) });
		return true;
	}

	async function refusal(packet: Packet, response: Response): Promise<BadCell[]> {
		if (response.status === 401 || response.status === 403) {
			throw new AppError('upstream', `the API answered ${response.status}: the credentials were refused`, {
				hint: 'Set the secrets of the connection again.',
				retryable: false,
			});
		}
		const said = (await response.text().catch(() => '')).slice(0, 300);
		const message = `the API answered ${response.status}${said === '' ? '' : `: ${said}`}`;
		return everyRow(packet, 'rejected_by_destination', message);
	}

	function everyRow(packet: Packet, errorClass: string, message: string): BadCell[] {
		return Array.from({ length: packet.batch.length }, (_, row) => ({ row, class: errorClass, field: null, message, unkept: !destination.keepFailed }));
	}
}
