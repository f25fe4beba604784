import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import type { DecodedBatch, DecoderPosition } from '../../data/codecs/codec.ts';
import { AppError } from '../../lib/errors.ts';
import type { FileSource } from '../../plan/endpoints.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { fileStore } from '../stores.ts';
import type { FileReader } from './file-reader.ts';
import { FileList } from './file-list.ts';
import { checkHeader } from './header-contract.ts';
import { openReader } from './open-reader.ts';
import { emitSourceRows } from './source-rows.ts';
import { wantedFields } from './wanted-fields.ts';

interface SavedFileScan {
	/** The file being read, by its place in the list. */
	readonly file: number;
	readonly position: DecoderPosition | null;
	/** Bytes of the files before it. */
	readonly before: number;
	/** Bytes read of it. */
	readonly read: number;
}

/** Files of a storage, one after another in the order of their names. */
export function fileScan(context: OperatorContext, source: FileSource): Operator {
	const saved = context.saved as unknown as SavedFileScan | undefined;
	const list = new FileList(context, source);
	const request = { fields: wantedFields(source.fields, context.output) };
	let file = saved?.file ?? 0;
	let position = saved?.position ?? null;
	let before = saved?.before ?? 0;
	let bytesRead = saved?.read ?? 0;
	let store: FileStore | null = null;
	let reader: FileReader | null = null;
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
				context.finish();
				return;
			}
			try {
				await readSome(info);
			} catch (error) {
				throw inFile(error, info);
			}
		},
		close() {
			reader?.close();
			reader = null;
		},
		save() {
			const state: SavedFileScan = { file, position: reader?.position() ?? position, before, read: bytesRead };
			return JSON.parse(JSON.stringify(state));
		},
		committed: async () => list.remember(await theStore()),
	};

	async function theStore(): Promise<FileStore> {
		store ??= await fileStore(context, source.connection);
		return store;
	}

	async function readSome(info: FileInfo): Promise<void> {
		reader ??= await openReader({ store: await theStore(), source, file: info, request, position });
		const next = await reader.next();
		if (next === null) {
			reader.close();
			reader = null;
			position = null;
			headerChecked = false;
			before += info.size;
			bytesRead = 0;
			file++;
			context.advanced(0, 0, fraction());
			return;
		}
		bytesRead += next.bytes;
		const rows = next.batches.reduce((sum, decoded) => sum + decoded.batch.length, 0);
		context.advanced(next.bytes, rows, fraction());
		if (!headerChecked && next.batches.length > 0) {
			checkHeader(context, source, reader.position());
			headerChecked = true;
		}
		for (const decoded of next.batches) give(decoded, info);
	}

	function give(decoded: DecodedBatch, info: FileInfo): void {
		const errors = decoded.errors.map((error) => ({
			row: error.row,
			number: error.record,
			field: error.field,
			value: error.value,
			class: error.class,
			message: list.length > 1 ? `${error.message} (${info.path})` : error.message,
		}));
		emitSourceRows(context, { ...decoded.batch, schema: context.output }, errors);
	}

	function fraction(): number {
		return list.bytes === 0 ? 0 : Math.min(1, (before + bytesRead) / list.bytes);
	}
}

function inFile(error: unknown, info: FileInfo): unknown {
	if (!(error instanceof AppError) || error.message.includes(info.path)) return error;
	const { hint, retryable, details } = error;
	return new AppError(error.code, `${info.path}: ${error.message}`, { hint, retryable, cause: error, ...(details === undefined ? {} : { details }) });
}
