import type { BuildContext } from '../../catalogue/build/context.ts';
import { isSchema } from '../../catalogue/build/context.ts';
import { probes } from '../../catalogue/build/probes.ts';
import { buildPlan } from '../../catalogue/build.ts';
import { typeName } from '../../data/type-names.ts';
import { AppError } from '../../lib/errors.ts';
import { redactDeep, redactor } from '../../lib/redact.ts';
import type { Principal } from '../../model/principal.ts';
import type { FileSource } from '../../plan/endpoints.ts';
import type { OperationContext } from '../context.ts';
import { fileColumns } from '../packages/file-columns.ts';
import { discoverApiSchema } from './discover-api-schema.ts';
import { withConnection } from './open.ts';

export interface DiscoverFileSchemaInput {
	readonly connection_id: number;
	readonly path: string;
	readonly bucket?: string | undefined;
	readonly record_type?: string | undefined;
	/** Of an Excel file; the first unless given. */
	readonly sheet?: string | undefined;
	readonly delimiter?: string | undefined;
	readonly quote?: string | undefined;
	readonly escape?: string | undefined;
	readonly header_row?: boolean | undefined;
	readonly record_delimiter?: string | undefined;
	readonly char_encoding?: string | undefined;
	/** Types are taken from so many lines; the first megabyte unless given. Says nothing to Parquet and Excel. */
	readonly lines?: number | undefined;
	/** JSON: JSONPath of the records; of an API's answer found unless given. */
	readonly base_record?: string | undefined;
	/** API: query parameters. */
	readonly query?: Readonly<Record<string, string>> | undefined;
}

export interface FileSchema {
	readonly connection_id: number;
	readonly path: string;
	readonly field_count: number;
	readonly column_names: string[];
	/** As a source component takes them. */
	readonly fields: { name: string; type: string }[];
	/** Of an API: where its records are, whether it names its next page, and its first records. */
	readonly base_record?: string;
	readonly pagination?: 'auto' | 'none';
	readonly sample?: Record<string, unknown>[];
}

/** The columns of a file as a source component would find them: the arguments are that component's own fields. */
export async function discoverFileSchema(context: OperationContext, principal: Principal, input: DiscoverFileSchemaInput): Promise<FileSchema> {
	const { connection_id, path, lines } = input;
	return withConnection(context, principal.account.id, connection_id, async ({ row, connection, secrets }) => {
		const known = { id: row.id, name: row.name, type: row.type, kind: connection.kind };
		if (connection.kind === 'http') {
			refuseFileArguments(input);
			const api = await discoverApiSchema(connection, known, input, context.clock());
			const column_names = api.fields.map(({ name }) => name);
			return redactDeep({ connection_id, path, field_count: column_names.length, column_names, ...api }, redactor(secrets));
		}
		if (connection.kind !== 'files') throw notFiles();
		if (input.query !== undefined) throw new AppError('invalid_input', 'query was given for a file', { hint: 'It is for APIs; leave it out.' });
		const source = sourceOf(input, { purpose: 'save', connections: [known], now: context.clock() });
		const found = source === null ? [{ name: 'data', type: { kind: 'string' } } as const] : await fileColumns(connection, source, lines);
		if (!isSchema(found))
			throw new AppError('invalid_input', found.message, { hint: `${found.hint}; describe_component_type cloud_storage_source_component shows how.` });
		if (found.length === 0)
			throw new AppError('invalid_input', `${path} holds no records`, { hint: 'Look at another file, or name the fields in the source component.' });
		const fields = found.map(({ name, type }) => ({ name, type: typeName(type) }));
		return { connection_id, path, field_count: fields.length, column_names: fields.map(({ name }) => name), fields };
	});
}

/** What says how a file is spelled means nothing to an API. */
function refuseFileArguments(input: DiscoverFileSchemaInput): void {
	const given = (['bucket', 'sheet', 'delimiter', 'quote', 'escape', 'header_row', 'record_delimiter', 'char_encoding', 'lines'] as const).filter(
		(name) => input[name] !== undefined,
	);
	if (given.length === 0) return;
	throw new AppError('invalid_input', `${given.join(', ')} ${given.length === 1 ? 'is' : 'are'} for files, and connection ${input.connection_id} is an API`, {
		hint: 'Give path, query, record_type (json, ndjson) and base_record.',
	});
}

/** The source that a component with these fields would read; null where each record is one text. */
function sourceOf({ lines: _, query: __, ...given }: DiscoverFileSchemaInput, build: BuildContext): FileSource | null {
	const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
	const definition = {
		flow_type: 'dataflow',
		components: [{ cloud_storage_source_component: { id: 'file', name: 'file', ...fields } }, { result_destination_component: { id: 'out', name: 'out' } }],
		edges: [{ source: 'file', target: 'out' }],
	};
	const source = probes(definition, build)[0]?.source;
	if (source?.kind === 'files') return source;
	const built = buildPlan(definition, build);
	const faults = 'faults' in built ? built.faults : [];
	if (faults.length === 0) return null;
	throw new AppError('invalid_input', faults.map(({ message }) => message).join('; '), { hint: faults.map(({ hint }) => hint).join('; ') });
}

function notFiles(): AppError {
	return new AppError('not_found', 'connection not found, or not a file storage connection nor an API', {
		hint: 'list_connections with connection_type_filter cloud_storage shows those there are; for tables use discover_schema.',
	});
}
