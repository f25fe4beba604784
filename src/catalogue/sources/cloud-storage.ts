import * as z from 'zod';
import type { FileFormat, FileSource } from '../../plan/endpoints.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { bucketField, readBucket } from '../vocabulary/bucket.ts';
import { charactersDiffer, delimiterField, quoteField, RECORD_TYPES, readDelimiter, readEncoding, recordTypeOf } from '../vocabulary/file-format.ts';
import { readPath } from '../vocabulary/http-request.ts';
import { isJsonPath } from '../vocabulary/json-path.ts';
import { connectionId } from '../vocabulary/names.ts';
import { RAW_FIELD, readFields, sourceFields } from '../vocabulary/source-fields.ts';

const config = z.strictObject({
	connection_id: connectionId('a file storage connection'),
	bucket: bucketField,
	path: z
		.string()
		.min(1)
		.max(1024)
		.describe('Object, folder (ends in /) or glob (`in/*.csv`, `{01,02}`); may hold variables. Names that begin with _ or . are left out.'),
	record_type: z.enum(RECORD_TYPES).optional().describe('How records are written; taken from the extension of the path where left out.'),
	delimiter: delimiterField,
	quote: quoteField,
	escape: z
		.string()
		.regex(/^[^\r\n]?$/u, { error: 'one character, or empty' })
		.default('')
		.describe('What stands before a quote inside quotes; empty: such a quote is doubled.'),
	header_row: z.boolean().default(true).describe('The first record names the columns.'),
	record_delimiter: z.enum(['new_line', 'end_of_file']).default('new_line').describe('What ends a record; `end_of_file` makes each file one record.'),
	compression: z.enum(['auto', 'none', 'gzip', 'bzip2', 'zip']).default('auto').describe('`auto` goes by the extension and the first bytes.'),
	char_encoding: z.string().min(1).max(40).default('utf-8').describe('Encoding of texts; a byte order mark is left out.'),
	base_record: z.string().min(1).max(500).default('$').describe('json only: JSONPath of the records inside the document; a list gives its items.'),
	sheet: z.string().min(1).max(100).optional().describe('excel only: name of the sheet; the first where left out.'),
	source_action: z.enum(['none', 'copy']).default('none').describe('`copy` reads only files that are new or changed since the last completed run.'),
	manifest_path: z.string().min(1).max(1024).optional().describe('With source_action copy: the file that lists what was processed.'),
	fields: sourceFields,
	other_fields: z.enum(['drop', 'keep']).default('drop').describe('Columns that `fields` does not name.'),
});

type Config = z.output<typeof config>;

const DEFAULTS = config.parse({ connection_id: 1, path: 'any' });

function source(config: Config, context: LowerContext): FileSource | null {
	const connection = context.connection(config.connection_id, 'connection_id', 'files');
	const bucket = readBucket(config.bucket, 'bucket', context);
	const path = readPath(config.path, 'path', context);
	const manifest = readManifest(config, context);
	if (connection === null || bucket === undefined || path === null || manifest === undefined) return null;
	const format = readFormat(config, path, context);
	if (format === null) return null;
	const { compression, other_fields: otherFields } = config;
	return { kind: 'files', connection: connection.id, bucket, path, format, compression, fields: [], otherFields, manifest };
}

function readManifest(config: Config, context: LowerContext): string | null | undefined {
	if (config.source_action === 'none') {
		if (config.manifest_path !== undefined)
			context.warn('manifest_path', 'manifest_path has no effect without source_action: copy', 'add "source_action": "copy", or leave it out');
		return null;
	}
	if (config.manifest_path === undefined) {
		context.fault('manifest_path', 'source_action copy needs a manifest_path', 'the path of a file that is kept between runs, such as manifests/orders.json');
		return undefined;
	}
	return readPath(config.manifest_path, 'manifest_path', context) ?? undefined;
}

function readFormat(config: Config, path: string, context: LowerContext): FileFormat | null {
	const type = config.record_type ?? recordTypeOf(path);
	if (type === null) {
		context.fault(
			'record_type',
			`the extension of ${JSON.stringify(path)} does not say how its records are written`,
			`give record_type: ${RECORD_TYPES.join(', ')}`,
		);
		return null;
	}
	tellIdle(config, type, context);
	if (type === 'parquet') return { type };
	if (type === 'excel') return { type, sheet: config.sheet ?? null, headerRow: config.header_row };
	const encoding = readEncoding(config.char_encoding, 'char_encoding', context);
	if (encoding === null) return null;
	const recordDelimiter = config.record_delimiter === 'new_line' ? '\n' : 'end_of_file';
	if (type === 'json' && !isJsonPath(config.base_record, 'base_record', context)) return null;
	if (type === 'json' || type === 'ndjson') return { type, baseRecord: config.base_record, encoding };
	if (type === 'raw') return { type, recordDelimiter, encoding };
	if (recordDelimiter === 'end_of_file' && config.header_row) {
		context.fault('header_row', 'each file is one record, and header_row takes it for the names of the columns', 'add "header_row": false');
		return null;
	}
	const delimiter = readDelimiter(config.delimiter, path);
	if (!charactersDiffer({ delimiter, quote: config.quote }, context)) return null;
	return { type, delimiter, quote: config.quote, escape: config.escape, headerRow: config.header_row, recordDelimiter, encoding };
}

/** Which record types an option means something for. */
const MEANT_FOR = {
	delimiter: ['delimited'],
	quote: ['delimited'],
	escape: ['delimited'],
	header_row: ['delimited', 'excel'],
	record_delimiter: ['delimited', 'raw'],
	base_record: ['json'],
	sheet: ['excel'],
	char_encoding: ['delimited', 'json', 'ndjson', 'raw'],
	compression: ['delimited', 'json', 'ndjson', 'raw'],
} as const satisfies Readonly<Record<string, readonly (typeof RECORD_TYPES)[number][]>>;

/** Options that were set though they do nothing for the record type. */
function tellIdle(config: Config, type: (typeof RECORD_TYPES)[number], context: LowerContext): void {
	for (const [name, types] of Object.entries(MEANT_FOR) as [keyof typeof MEANT_FOR, readonly string[]][]) {
		if (types.includes(type) || config[name] === DEFAULTS[name]) continue;
		context.warn(name, `${name} has no effect on files of record_type ${type}`, `it is for ${types.join(', ')}: leave it out, or set record_type`);
	}
}

export const cloudStorageSource = defineComponent({
	key: 'cloud_storage_source_component',
	category: 'source',
	name: 'File storage source',
	summary: 'Reads records from files on a file storage connection: delimited text, JSON, NDJSON, Parquet, Excel or raw text.',
	docs: 'Fields match the header by name; a named one that is missing is an error. Without fields the columns are found out from a sample when the package is saved and stay as they were found. A folder, glob or zip archive of several files is read in the order of its names. With record_type raw each line, or with record_delimiter end_of_file each file, is one text in the column data.',
	config,
	inputs: { min: 0, max: 0, ports: [] },
	outputs: ['out', 'dead_letter'],
	probe(config, context) {
		const found = source(config, context);
		if (found === null || found.format.type === 'raw') return null;
		return config.fields === undefined || config.other_fields === 'keep' ? found : null;
	},
	lower(config, context) {
		const found = source(config, context);
		const { format } = found ?? {};
		const raw = format?.type === 'raw' && config.fields === undefined;
		const fields = raw ? [{ name: RAW_FIELD.name, type: 'string' }] : config.fields;
		const headless = format !== undefined && 'headerRow' in format && !format.headerRow;
		const read = readFields(fields, context, { byPosition: headless || format?.type === 'raw', keepOthers: config.other_fields === 'keep' && !raw });
		if (format?.type === 'raw' && read !== null && read.fields.length !== 1) {
			context.fault('fields', `raw records have one column, ${read.fields.length} are named`, 'name one field: it gives the column its name and type');
			return null;
		}
		if (found === null || read === null) return null;
		return { operator: { kind: 'scan', source: { ...found, fields: read.fields } }, output: read.output };
	},
	examples: [
		{
			title: 'Two typed columns of a file with a header; the third is left out',
			config: {
				connection_id: 1,
				path: 'sales/2024-01.csv',
				fields: [
					{ name: 'day', type: 'date' },
					{ name: 'amount', type: 'decimal(10,2)', alias: 'total' },
				],
			},
			given: [],
			outside: { file: 'day,clerk,amount\n2024-01-01,"Nunes, Ana",12.50\n2024-01-02,Bo,7\n' },
			then: {
				out: {
					schema: { day: 'date', total: 'decimal(10,2)' },
					rows: [
						['2024-01-01', 12.5],
						['2024-01-02', 7],
					],
				},
			},
			ordered: true,
		},
		{
			title: 'Semicolons, no header: fields go by position, dates in another spelling',
			config: {
				connection_id: 1,
				path: 'export.txt',
				delimiter: ';',
				header_row: false,
				fields: [
					{ name: 'id', type: 'long' },
					{ name: 'born', type: 'date', format: 'dd.MM.yyyy' },
				],
			},
			given: [],
			outside: { file: '9007199254740993;31.12.1999\n2;01.02.2003\n' },
			then: {
				out: {
					schema: { id: 'long', born: 'date' },
					rows: [
						['9007199254740993', '1999-12-31'],
						[2, '2003-02-01'],
					],
				},
			},
			ordered: true,
		},
		{
			title: 'Items of a list inside a JSON document',
			config: {
				connection_id: 1,
				path: 'orders.json',
				base_record: '$.orders[*]',
				fields: [
					{ name: 'id', type: 'integer' },
					{ name: 'lines', type: 'json' },
				],
			},
			given: [],
			outside: { file: '{"orders":[{"id":1,"lines":[{"sku":"a"}]},{"id":2,"lines":[]}]}' },
			then: {
				out: {
					schema: { id: 'integer', lines: 'json' },
					rows: [
						[1, [{ sku: 'a' }]],
						[2, []],
					],
				},
			},
			ordered: true,
		},
	],
});
