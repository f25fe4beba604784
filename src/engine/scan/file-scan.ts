import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import type { DecodedBatch, DecoderPosition } from '../../data/codecs/codec.ts';
import { MemberWatch, type WatchedMembers } from '../../data/codecs/json/member-watch.ts';
import { type FileDecoder, openFile } from '../../data/codecs/open-file.ts';
import { AppError } from '../../lib/errors.ts';
import type { FileSource } from '../../plan/endpoints.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { fileStore } from '../stores.ts';
import { checkHeader, knownSources, rowsWithUnknown } from './column-contract.ts';
import { FileList } from './file-list.ts';
import { type FilePart, filePartsOf } from './file-parts.ts';
import { emitSourceRows } from './source-rows.ts';
import { OtherDelimiter, tellUnseen } from './telling-slips.ts';
import { wantedFields } from './wanted-fields.ts';

interface SavedFileScan {
	/** The file being read, by its place in the list. */
	readonly file: number;
	/** Of an archive, by its place among the files in it. */
	readonly part?: number;
	readonly position: DecoderPosition | null;
	/** Bytes of the files before it. */
	readonly before: number;
	/** Bytes read of it. */
	readonly read: number;
	/** Its columns that the package does not know, where the contract has them looked at. */
	readonly unknown?: readonly string[];
	/** What was seen so far of its fields, where a slip in a name would show as nothing but nulls. */
	readonly members?: WatchedMembers;
	/** What may divide its only column. */
	readonly divided?: ReturnType<OtherDelimiter['state']>;
}

/** Files of a storage, one after another in the order of their names. */
export function fileScan(context: OperatorContext, source: FileSource): Operator {
	const saved = context.saved as unknown as SavedFileScan | undefined;
	const list = new FileList(context, source);
	const fields = wantedFields(source.fields, context.output);
	let unknown: readonly string[] = saved?.unknown ?? [];
	let file = saved?.file ?? 0;
	let part = saved?.part ?? 0;
	/** Of the file being read. */
	let parts: readonly FilePart[] | null = null;
	let position = saved?.position ?? null;
	let before = saved?.before ?? 0;
	let bytesRead = saved?.read ?? 0;
	const { format } = source;
	const members = format.type === 'json' || format.type === 'ndjson' ? new MemberWatch(fields, saved?.members) : null;
	const divided = format.type === 'delimited' && source.fields.length === 1 ? new OtherDelimiter(format.delimiter, saved?.divided) : null;
	let store: FileStore | null = null;
	let reader: FileDecoder | null = null;
	let headerChecked = false;

	return {
		push() {},
		end() {},
		async prepare() {
			await list.find(await theStore());
		},
		estimate: () => list.bytes,
		busy: () => true,
		async step() {
			const info = list.at(file);
			if (info === null) {
				tellUnseen(context, members);
				if (format.type === 'delimited') divided?.tell(context, format.delimiter);
				context.finish();
				return;
			}
			try {
				await readSome(info);
			} catch (error) {
				throw inFile(error, pathOf(info));
			}
		},
		close() {
			reader?.close();
			reader = null;
		},
		save() {
			list.save();
			const seen = { ...(members === null ? {} : { members: members.state() }), ...(divided === null ? {} : { divided: divided.state() }) };
			const state: SavedFileScan = { file, part, position: reader?.position() ?? position, before, read: bytesRead, unknown, ...seen };
			return JSON.parse(JSON.stringify(state));
		},
		committed: async () => list.remember(await theStore()),
	};

	async function theStore(): Promise<FileStore> {
		store ??= await fileStore(context, source.connection);
		return store;
	}

	/** Reads until there is a batch: a checkpoint before the first one would only have the same bytes read again. */
	async function readSome(info: FileInfo): Promise<void> {
		reader ??= await opened(info);
		for (;;) {
			const next = await reader.next();
			if (!headerChecked && reader.columns() !== null) {
				const found = checkHeader(context, source, reader.columns() ?? []);
				headerChecked = true;
				if (found.length > 0 && unknown.length === 0) {
					// From the beginning once more, with the columns that were not asked for.
					unknown = found;
					reader.close();
					reader = await opened(info);
					continue;
				}
			}
			if (next === null) {
				leave(info);
				return;
			}
			bytesRead += next.bytes;
			const rows = next.batches.reduce((sum, decoded) => sum + decoded.batch.length, 0);
			context.advanced(next.bytes, rows, fraction());
			if (next.batches.length === 0) continue;
			for (const decoded of next.batches) give(decoded, info);
			return;
		}
	}

	async function opened(info: FileInfo): Promise<FileDecoder> {
		const extra = unknown.map((name) => ({ source: name, name: `unknown ${name}`, type: { kind: 'string' } as const, format: null }));
		const request = {
			fields: [...fields, ...extra],
			...knownSources(context, source.fields),
			lent: context.lends,
			...(members === null ? {} : { watch: members }),
		};
		parts ??= await filePartsOf(await theStore(), source, info);
		const { bytes, compression } = parts[part] as FilePart;
		return openFile(bytes, { format: source.format, compression, request, position });
	}

	function leave(info: FileInfo): void {
		reader?.close();
		reader = null;
		position = null;
		headerChecked = false;
		unknown = [];
		part++;
		if (part < (parts?.length ?? 1)) return;
		part = 0;
		parts = null;
		before += info.size;
		bytesRead = 0;
		file++;
		context.advanced(0, 0, fraction());
	}

	function give(decoded: DecodedBatch, info: FileInfo): void {
		const errors = decoded.errors.map((error) => ({
			row: error.row,
			number: error.record,
			field: error.field,
			value: error.value,
			class: error.class,
			message: list.length > 1 || (parts?.length ?? 1) > 1 ? `${error.message} (${pathOf(info)})` : error.message,
		}));
		const { length, columns } = decoded.batch;
		if (columns.length === 1 && (reader?.columns() ?? columns).length === 1) divided?.look(decoded.batch);
		const strange = unknown.length === 0 ? [] : rowsWithUnknown(decoded.batch, fields.length, unknown, decoded.firstRecord);
		emitSourceRows(context, { schema: context.output, length, columns: columns.slice(0, fields.length) }, [...errors, ...strange]);
	}

	function pathOf(info: FileInfo): string {
		return parts?.[part]?.path ?? info.path;
	}

	function fraction(): number {
		return list.bytes === 0 ? 0 : Math.min(1, (before + bytesRead) / list.bytes);
	}
}

function inFile(error: unknown, path: string): unknown {
	if (!(error instanceof AppError) || error.message.includes(path)) return error;
	const { hint, retryable, details } = error;
	return new AppError(error.code, `${path}: ${error.message}`, { hint, retryable, cause: error, ...(details === undefined ? {} : { details }) });
}
