import { probes } from '../../catalogue/build/probes.ts';
import { buildPlan } from '../../catalogue/build.ts';
import type { KnownConnection } from '../../catalogue/component.ts';
import type { HttpEndpoint } from '../../connectors/connector.ts';
import { streamDecoder } from '../../data/codecs/index.ts';
import { rowsToJson } from '../../data/json.ts';
import { typeName } from '../../data/type-names.ts';
import type { Schema } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import type { HttpSource } from '../../plan/endpoints.ts';
import { columnsOfPage, type FirstPage, firstPageOf, guessShape } from '../packages/http-columns.ts';

export interface ApiRequest {
	readonly path: string;
	readonly query?: Readonly<Record<string, string>> | undefined;
	readonly record_type?: string | undefined;
	/** Found in the answer unless given. */
	readonly base_record?: string | undefined;
}

/** What an API gives, in the fields of a rest_api_source_component. */
export interface ApiSchema {
	readonly fields: { name: string; type: string }[];
	readonly base_record: string;
	/** `auto` where the answer names its next page; `none` where nothing in it tells that there is one. */
	readonly pagination: 'auto' | 'none';
	/** The first records. */
	readonly sample: Record<string, unknown>[];
}

const SHOWN = 3;

/** Asks an API for its first page and tells what its records are made of. */
export async function discoverApiSchema(endpoint: HttpEndpoint, known: KnownConnection, request: ApiRequest, now: number): Promise<ApiSchema> {
	const source = sourceOf(request, known, now);
	const page = await firstPageOf(endpoint, source);
	const json = source.responseType === 'json';
	const guess = json ? guessShape(page) : { baseRecord: '$', auto: false };
	const base_record = request.base_record ?? guess.baseRecord;
	const columns = columnsAt(page, source, base_record);
	if (columns.length === 0) throw nothingAt(request, base_record, guess.baseRecord);
	const fields = columns.map(({ name, type }) => ({ name, type: typeName(type) }));
	return { fields, base_record, pagination: guess.auto ? 'auto' : 'none', sample: sampleOf(page, source, base_record, columns) };
}

/** None where the path leads nowhere: what is there instead is told beside it. */
function columnsAt(page: FirstPage, { responseType }: HttpSource, baseRecord: string): Schema {
	try {
		return columnsOfPage(page, responseType, baseRecord);
	} catch (error) {
		if (error instanceof AppError && error.message.includes('leads nowhere')) return [];
		throw error;
	}
}

/** The source that a component with these fields would read: the catalogue's own checks hold. */
function sourceOf({ path, query = {}, record_type = 'json', base_record = '$' }: ApiRequest, known: KnownConnection, now: number): HttpSource {
	const config = { id: 'api', name: 'api', connection_id: known.id, path, query, response_type: record_type, base_record };
	const definition = {
		flow_type: 'dataflow',
		components: [{ rest_api_source_component: config }, { result_destination_component: { id: 'out', name: 'out' } }],
		edges: [{ source: 'api', target: 'out' }],
	};
	const build = { purpose: 'save', connections: [known], now } as const;
	const source = probes(definition, build)[0]?.source;
	if (source?.kind === 'http') return source;
	const built = buildPlan(definition, build);
	const faults = 'faults' in built ? built.faults : [];
	if (faults.length === 0) throw new AppError('invalid_input', 'each raw answer is one text in the column data', { hint: 'There is nothing to discover.' });
	throw new AppError('invalid_input', faults.map(({ message }) => message).join('; '), { hint: faults.map(({ hint }) => hint).join('; ') });
}

function sampleOf({ bytes }: FirstPage, { responseType }: HttpSource, baseRecord: string, columns: Schema): Record<string, unknown>[] {
	if (responseType === 'raw') return [];
	const fields = columns.map(({ name, type }) => ({ source: name, name, type, format: null }));
	const decoder = streamDecoder({ type: responseType, baseRecord, encoding: 'utf-8' }, { fields });
	return [...decoder.push(bytes), ...decoder.flush()].flatMap(({ batch }) => rowsToJson(batch)).slice(0, SHOWN);
}

function nothingAt({ path, base_record }: ApiRequest, looked: string, guess: string): AppError {
	const message = `the first page of ${path} has no records at ${looked}`;
	if (base_record !== undefined && guess !== looked)
		return new AppError('invalid_input', message, { hint: `Its list seems to be at ${guess}: give that as base_record.` });
	return new AppError('invalid_input', message, {
		hint: 'Give base_record, the JSONPath of the records, such as $.data; or ask with a query that finds some.',
	});
}
