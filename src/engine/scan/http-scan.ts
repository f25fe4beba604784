import type { DecodedBatch, RecordError } from '../../data/codecs/codec.ts';
import { streamDecoder } from '../../data/codecs/index.ts';
import { MemberWatch, type WatchedMembers } from '../../data/codecs/json/member-watch.ts';
import { textVector } from '../../data/vector.ts';
import { AppError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import type { HttpSource } from '../../plan/endpoints.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { httpEndpoint } from '../stores.ts';
import { knownSources } from './column-contract.ts';
import { firstPage, hintOfStatus, nextPage, type PageState, requestOf, totalOf } from './pagination.ts';
import { emitSourceRows } from './source-rows.ts';
import { tellUnseen } from './telling-slips.ts';
import { wantedFields } from './wanted-fields.ts';

interface SavedHttpScan {
	readonly page: PageState;
	readonly requests: number;
	/** Records of the pages before. */
	readonly records: number;
	/** No request before this time. */
	readonly notBefore: number;
	readonly done: boolean;
	/** What was seen so far of its fields; see `MemberWatch`. */
	readonly members?: WatchedMembers;
}

/** Records of an API, a page a step; the checkpoint knows which page comes next. */
export function httpScan(context: OperatorContext, source: HttpSource): Operator {
	const fields = wantedFields(source.fields, context.output);
	const saved = context.saved as unknown as SavedHttpScan | undefined;
	const pause = Math.max(source.sleepMs, source.requestsPerSecond === null ? 0 : 1000 / source.requestsPerSecond);
	let page = saved?.page ?? firstPage(source.pagination);
	let requests = saved?.requests ?? 0;
	let records = saved?.records ?? 0;
	let notBefore = saved?.notBefore ?? 0;
	let done = saved?.done ?? false;
	const members = new MemberWatch(source.responseType === 'raw' ? [] : fields, saved?.members);
	return {
		push() {},
		end() {},
		busy: () => true,
		async step() {
			if (done) {
				tellUnseen(context, members);
				context.finish();
			} else if (context.ports.now() < notBefore) context.waitUntil(notBefore, `"${context.node.component.name}" pauses between two requests`);
			else await readPage();
		},
		save() {
			const state: SavedHttpScan = { page, requests, records, notBefore, done, members: members.state() };
			return state as unknown as Json;
		},
	};

	async function readPage(): Promise<void> {
		const endpoint = await httpEndpoint(context, source.connection);
		const response = await endpoint.send(requestOf(source, page));
		if (response.status >= 400) throw await refused(response);
		const bytes = new Uint8Array(await response.arrayBuffer());
		const batches = decode(bytes);
		const found = batches.reduce((sum, { batch }) => sum + batch.length, 0);
		requests++;
		context.advanced(bytes.length, found, fraction(totalOf(response.headers), found));
		const next = await nextPage(source, page, { bytes, found, link: response.headers.get('Link') });
		for (const decoded of batches) give(decoded);
		records += found;
		notBefore = context.ports.now() + pause;
		if (next !== null) page = next;
		done = next === null;
		if (!done && source.maxRequests !== null && requests >= source.maxRequests) {
			done = true;
			context.log('info', `stopped after ${requests} requests, as max_requests says; there was more`);
		}
	}

	/** Null where neither the API nor the package says how much there is. */
	function fraction(total: number | null, found: number): number | null {
		if (total !== null) return total === 0 ? 1 : Math.min(1, (records + found) / total);
		return source.maxRequests === null ? null : requests / source.maxRequests;
	}

	function decode(bytes: Uint8Array): DecodedBatch[] {
		if (source.responseType === 'raw') {
			const text = new TextDecoder().decode(bytes);
			const columns = fields.map((field) => textVector(field.type, [text], null));
			return bytes.length === 0 ? [] : [{ batch: { schema: context.output, length: 1, columns }, firstRecord: 1, errors: [] }];
		}
		if (bytes.length === 0) return [];
		const decoder = streamDecoder(
			{ type: source.responseType, baseRecord: source.baseRecord, encoding: 'utf-8' },
			{ fields, ...knownSources(context, source.fields), watch: members },
		);
		return [...decoder.push(bytes), ...decoder.finish()];
	}

	function give({ batch, errors }: DecodedBatch): void {
		emitSourceRows(
			context,
			{ ...batch, schema: context.output },
			errors.map((error: RecordError) => ({ ...error, number: records + error.record })),
		);
	}

	async function refused(response: Response): Promise<AppError> {
		const said = (await response.text().catch(() => '')).slice(0, 300);
		return new AppError('upstream', `the API answered ${response.status} to request ${requests + 1}${said === '' ? '' : `: ${said}`}`, {
			hint: hintOfStatus(response.status),
			retryable: false,
		});
	}
}
