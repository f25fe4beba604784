import type { FileStore, UploadRef } from '../../connectors/connector.ts';
import type { Encoder } from '../../data/codecs/codec.ts';
import { encoderOf } from '../../data/codecs/index.ts';
import { release } from '../../data/release.ts';
import { AppError } from '../../lib/errors.ts';
import type { Json } from '../../lib/json.ts';
import type { FileDestination } from '../../plan/endpoints.ts';
import type { OperatorContext, Sink } from '../operator.ts';
import { fileStore } from '../stores.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { contentType } from './content-type.ts';
import { outputOf } from './output.ts';
import { PartLedger } from './part-ledger.ts';

interface SavedFileSink {
	readonly upload: { readonly path: string; readonly token: string; readonly partBytes: number } | null;
	readonly encoder: Json;
	readonly records: number;
	readonly encoded: boolean;
	readonly bytes: number;
}

/**
 * Rows as one file, uploaded in parts of equal size. What is uploaded after a checkpoint and lost to a crash is uploaded again
 * under the same part numbers, and `complete` names only parts the ledger knows.
 */
export function fileSink(context: OperatorContext, destination: FileDestination): Sink {
	const saved = context.saved as unknown as SavedFileSink | undefined;
	const owner = `${context.spec.runId}_${context.node.id}`;
	const ledger = new PartLedger(context.ports.storage, context.node.id);
	const encoder: Encoder = encoderOf(destination.format, context.inputs[0] ?? [], saved?.encoder ?? null, destination.compression);
	let upload = saved?.upload ?? null;
	const pending = new ByteBuffer(context.chunks.stream('bytes', ByteBuffer.schema), () => begun().partBytes);
	let records = saved?.records ?? 0;
	let bytes = saved?.bytes ?? 0;
	/** The end of the file was encoded. */
	let encoded = saved?.encoded ?? false;
	let store: FileStore | null = null;
	const folder = destination.path === '' || destination.path.endsWith('/') ? destination.path : `${destination.path}/`;

	return {
		async begin() {
			await refuseExisting();
			if (upload !== null) return;
			const path = await choosePath();
			const files = await theStore();
			const token = await files.beginUpload({ bucket: destination.bucket, path, contentType: contentType(destination), owner });
			upload = { path, token, partBytes: files.partBytes };
		},
		push(_input, batch) {
			records += batch.length;
			pending.add(encoder.encode(batch));
		},
		end() {},
		busy: () => context.ended() || (upload !== null && pending.length >= upload.partBytes),
		async step() {
			if (context.ended() && !encoded) {
				pending.add(encoder.finish());
				encoded = true;
			}
			if (pending.length >= begun().partBytes) await uploadPart(pending.take());
			else if (encoded) {
				if (pending.length > 0) await uploadPart(pending.take());
				context.finish();
			}
		},
		save() {
			ledger.save();
			pending.save();
			const state: SavedFileSink = { upload, encoder: encoder.state(), records, encoded, bytes };
			return state as unknown as Json;
		},
		check: refuseExisting,
		async commit() {
			await (await theStore()).completeUpload(reference(), ledger.tags);
			if (destination.ifExists === 'replace_folder') await removeOthers();
		},
		async abort() {
			if (upload !== null) await (await theStore()).abortUpload(reference());
			return false;
		},
		output: () => outputOf(context, records, upload?.path ?? `${folder}${destination.fileName}`),
	};

	async function theStore(): Promise<FileStore> {
		store ??= await fileStore(context, destination.connection);
		return store;
	}

	async function uploadPart(part: Uint8Array<ArrayBuffer>): Promise<void> {
		const number = ledger.tags.length + 1;
		ledger.add(await (await theStore()).uploadPart(reference(), number, part));
		bytes += part.length;
		// The last one is given back at once, for it is not counted among what waits to be collected.
		if (encoded) release(part);
		else pending.giveBack(part);
	}

	function begun(): NonNullable<SavedFileSink['upload']> {
		if (upload === null) throw new RangeError('no upload was begun');
		return upload;
	}

	function reference(): UploadRef {
		const { path, token } = begun();
		return { bucket: destination.bucket, path, token, owner };
	}

	async function refuseExisting(): Promise<void> {
		if (destination.ifExists !== 'refuse') return;
		const first = (await filesThere())[0];
		if (first === undefined) return;
		throw new AppError('conflict', `the folder ${folder === '' ? '/' : folder} already has files, such as ${first}`, {
			hint: 'Write into another folder, or set if_exists to add, replace_file or replace_folder.',
		});
	}

	/** With `add` a name that is taken gets the run's number. */
	async function choosePath(): Promise<string> {
		const path = `${folder}${destination.fileName}`;
		if (destination.ifExists !== 'add' || (await (await theStore()).stat(destination.bucket, path)) === null) return path;
		const dot = destination.fileName.indexOf('.');
		const name = dot < 0 ? destination.fileName : destination.fileName.slice(0, dot);
		return `${folder}${name}-${context.spec.runId}${dot < 0 ? '' : destination.fileName.slice(dot)}`;
	}

	async function filesThere(): Promise<string[]> {
		const files = await theStore();
		const paths: string[] = [];
		let after: string | null = null;
		do {
			const page: Awaited<ReturnType<FileStore['list']>> = await files.list({ bucket: destination.bucket, prefix: folder, after });
			paths.push(...page.files.map((file) => file.path));
			after = page.after;
		} while (after !== null);
		return paths;
	}

	async function removeOthers(): Promise<void> {
		const files = await theStore();
		for (const path of await filesThere()) if (path !== upload?.path) await files.remove(destination.bucket, path);
	}
}
