import type { HttpEndpoint } from '../../connectors/connector.ts';
import { discoverFields, SAMPLE_BYTES } from '../../data/codecs/discover.ts';
import { parseJsonExact } from '../../data/json.ts';
import type { Schema } from '../../data/types.ts';
import { firstPage, hintOfStatus, nextPageAt, requestOf } from '../../engine/scan/pagination.ts';
import { AppError } from '../../lib/errors.ts';
import type { HttpSource } from '../../plan/endpoints.ts';

/** The beginning of the first page of an API. */
export interface FirstPage {
	/** At most `SAMPLE_BYTES`. */
	readonly bytes: Uint8Array;
	/** It is the whole answer. */
	readonly complete: boolean;
	readonly link: string | null;
}

/** Asks for the first page as a run would. A refusal is an `upstream` error with what the API said. */
export async function firstPageOf(endpoint: HttpEndpoint, source: HttpSource): Promise<FirstPage> {
	const response = await endpoint.send(requestOf(source, firstPage(source.pagination)));
	if (response.status >= 400) {
		const said = (await response.text().catch(() => '')).slice(0, 300);
		throw new AppError('upstream', `the API answered ${response.status} to ${source.request.method} ${source.request.path}${said === '' ? '' : `: ${said}`}`, {
			hint: hintOfStatus(response.status),
		});
	}
	return { ...(await beginningOf(response)), link: response.headers.get('Link') };
}

/** The columns of an API's records, by its first page. None where it has no records. */
export async function httpColumns(endpoint: HttpEndpoint, source: HttpSource): Promise<Schema> {
	return columnsOfPage(await firstPageOf(endpoint, source), source.responseType, source.baseRecord);
}

export function columnsOfPage({ bytes, complete }: FirstPage, responseType: HttpSource['responseType'], baseRecord: string): Schema {
	if (responseType === 'raw') return [{ name: 'data', type: { kind: 'string' } }];
	const found = discoverFields({ type: responseType, baseRecord, encoding: 'utf-8' }, bytes, complete);
	return found.map(({ name, type }) => ({ name, type }));
}

/** Where the records of a JSON answer are and how it goes on, guessed from its first page. */
export interface GuessedShape {
	/** JSONPath for base_record. */
	readonly baseRecord: string;
	/** Whether the answer names its next page in a way that pagination `auto` follows. */
	readonly auto: boolean;
}

/** Objects inside objects are looked into this deep: `{"response": {"data": [ … ]}}`. */
const DEEPEST = 3;

/** The longest list of objects, nearest the root; the answer itself where it holds none, or cannot be read whole. */
export function guessShape({ bytes, complete, link }: FirstPage): GuessedShape {
	const document = complete ? readJson(new TextDecoder().decode(bytes)) : undefined;
	const auto = document !== undefined && nextPageAt(link, document) !== null;
	const lists = document === undefined ? [] : listsIn(document, '$', 0);
	const best = lists.reduce<FoundList | null>((most, list) => (most === null || list.length > most.length ? list : most), null);
	return { baseRecord: best?.path ?? '$', auto };
}

interface FoundList {
	readonly path: string;
	readonly length: number;
}

function listsIn(value: unknown, path: string, depth: number): FoundList[] {
	if (Array.isArray(value))
		return value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item)) ? [{ path, length: value.length }] : [];
	if (value === null || typeof value !== 'object' || depth >= DEEPEST) return [];
	return Object.entries(value).flatMap(([name, inside]) => listsIn(inside, `${path}${member(name)}`, depth + 1));
}

function member(name: string): string {
	return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
}

function readJson(text: string): unknown {
	try {
		return parseJsonExact(text);
	} catch {
		return undefined;
	}
}

async function beginningOf(response: Response): Promise<Omit<FirstPage, 'link'>> {
	const pieces: Uint8Array[] = [];
	let length = 0;
	const reader = response.body?.getReader();
	for (let ended = reader === undefined; !ended && length < SAMPLE_BYTES; ) {
		const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
		ended = done;
		if (value === undefined) continue;
		pieces.push(value);
		length += value.length;
	}
	const complete = length < SAMPLE_BYTES;
	if (!complete) await reader?.cancel();
	const bytes = new Uint8Array(Math.min(length, SAMPLE_BYTES));
	let at = 0;
	for (const piece of pieces) {
		const taken = piece.subarray(0, bytes.length - at);
		bytes.set(taken, at);
		at += taken.length;
	}
	return { bytes, complete };
}
