import * as z from 'zod';
import type { FileDestination } from '../../plan/endpoints.ts';
import { defineComponent, type LowerContext } from '../component.ts';
import { bucketField, readBucket } from '../vocabulary/bucket.ts';
import { charactersDiffer, delimiterField, quoteField, readDelimiter } from '../vocabulary/file-format.ts';
import { readPath } from '../vocabulary/http-request.ts';
import { connectionId } from '../vocabulary/names.ts';

const config = z.strictObject({
	connection_id: connectionId('a file storage connection'),
	bucket: bucketField,
	path: z.string().min(1).max(1024).describe('Folder; may hold variables.'),
	file_name: z
		.string()
		.min(1)
		.max(255)
		.default('part-00000')
		.describe('Name of the file, or its pattern where there are several; the extension is added where it is missing. May hold variables.'),
	format: z.enum(['delimited', 'ndjson', 'json', 'parquet']).default('delimited').describe('How records are written.'),
	delimiter: delimiterField,
	quote: quoteField,
	header_row: z.boolean().default(true).describe('delimited: the first record names the columns.'),
	compression: z.enum(['none', 'gzip']).default('none').describe('gzip is not for parquet, which is compressed inside.'),
	if_exists: z
		.enum(['refuse', 'add', 'replace_file', 'replace_folder'])
		.optional()
		.describe('What to do where the folder has files: fail the run (`refuse`, the default), add to them, replace the file of that name, or replace them all.'),
	overwrite: z.boolean().optional().describe('true is another spelling of if_exists: replace_folder.'),
	single_file: z.boolean().default(true).describe('One file; false lets large results become several, numbered ones.'),
});

type Config = z.output<typeof config>;

const EXTENSIONS = { delimited: 'csv', ndjson: 'ndjson', json: 'json', parquet: 'parquet' } as const;

export const cloudStorageDestination = defineComponent({
	key: 'cloud_storage_destination_component',
	category: 'destination',
	name: 'File storage destination',
	summary: 'Writes rows to files on a file storage connection: delimited text, NDJSON, JSON or Parquet.',
	docs: 'Files appear only when the run has completed; a failed run leaves the folder as it was. A folder that has files already stops the run unless if_exists says otherwise. The order of a sort in front of it is kept. Each row is written exactly once.',
	config,
	inputs: { min: 1, max: 1, ports: ['in'] },
	outputs: [],
	lower(config, context) {
		const output = context.inputs[0] ?? [];
		const connection = context.connection(config.connection_id, 'connection_id', 'files');
		const bucket = readBucket(config.bucket, 'bucket', context);
		const path = readPath(config.path, 'path', context);
		const name = readFileName(config, context);
		const format = readFormat(config, name ?? '', context);
		const ifExists = readIfExists(config, context);
		if (connection === null || bucket === undefined || path === null || name === null || format === null || ifExists === null) return null;
		const fileName = withExtension(name, config, format);
		const destination: FileDestination = {
			kind: 'files',
			connection: connection.id,
			bucket,
			path: path.replace(/\/+$/, ''),
			fileName,
			format,
			compression: config.compression,
			ifExists,
			singleFile: config.single_file,
		};
		return { operator: { kind: 'sink', destination }, output };
	},
	examples: [
		{
			title: 'A delimited file with a header',
			config: { connection_id: 1, path: 'reports', file_name: 'totals' },
			given: [
				{
					schema: { city: 'string', total: 'decimal(8,2)' },
					rows: [
						['Porto', 12.5],
						['Vila "Nova", Gaia', null],
					],
				},
			],
			then: {
				written: {
					schema: { city: 'string', total: 'decimal(8,2)' },
					rows: [
						['Porto', 12.5],
						['Vila "Nova", Gaia', null],
					],
				},
			},
			ordered: true,
		},
		{
			title: 'A compressed NDJSON file of its own for each run',
			config: { connection_id: 1, path: 'events', file_name: 'events-$_JOB_SUBMISSION_TIMESTAMP', format: 'ndjson', compression: 'gzip', if_exists: 'add' },
			given: [{ schema: { id: 'long' }, rows: [['9007199254740993']] }],
			then: { written: { schema: { id: 'long' }, rows: [['9007199254740993']] } },
			ordered: true,
		},
	],
});

function readFileName(config: Config, context: LowerContext): string | null {
	const name = context.fill(config.file_name, 'file_name', 'path');
	if (name === null) return null;
	// Names that begin with _ or . are left out when a folder is read again.
	const refused = /[/\\]/.test(name) ? 'it holds a slash' : /^[._]/.test(name) ? 'it begins with . or _, which sources leave out' : null;
	if (refused === null) return name;
	context.fault('file_name', `${JSON.stringify(name)} is no file name: ${refused}`, 'folders go into path');
	return null;
}

function readFormat(config: Config, name: string, context: LowerContext): FileDestination['format'] | null {
	if (config.format === 'parquet' && config.compression !== 'none') {
		context.fault('compression', 'a Parquet file is compressed inside', 'leave compression out');
		return null;
	}
	if (config.format !== 'delimited') return { type: config.format };
	const delimiter = readDelimiter(config.delimiter, name);
	if (!charactersDiffer({ delimiter, quote: config.quote }, context)) return null;
	return { type: 'delimited', delimiter, quote: config.quote, escape: '', headerRow: config.header_row, recordDelimiter: '\n', encoding: 'utf-8' };
}

function readIfExists(config: Config, context: LowerContext): FileDestination['ifExists'] | null {
	if (config.overwrite !== true) return config.if_exists ?? 'refuse';
	if (config.if_exists === undefined || config.if_exists === 'replace_folder') return 'replace_folder';
	context.fault('overwrite', `overwrite: true means replace_folder, if_exists is ${config.if_exists}`, 'leave overwrite out');
	return null;
}

function withExtension(name: string, config: Config, format: FileDestination['format']): string {
	const extension = format.type === 'delimited' && format.delimiter === '\t' ? 'tsv' : EXTENSIONS[config.format];
	const wanted = config.compression === 'gzip' ? '.gz' : '';
	const plain = wanted !== '' && name.toLowerCase().endsWith(wanted) ? name.slice(0, -wanted.length) : name;
	return `${/\.[A-Za-z][A-Za-z0-9]{1,7}$/.test(plain) ? plain : `${plain}.${extension}`}${wanted}`;
}
