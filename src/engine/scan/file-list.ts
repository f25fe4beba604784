import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import { valueAt } from '../../data/access.ts';
import type { Batch } from '../../data/batch.ts';
import { vectorBuilder } from '../../data/builder.ts';
import type { Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { FileSource } from '../../plan/endpoints.ts';
import type { OperatorContext } from '../operator.ts';
import type { ChunkStream } from '../storage/chunk-stream.ts';
import { findFiles } from './find-files.ts';
import { readManifest, writeManifest } from './manifest.ts';

const SCHEMA: Schema = [
	{ name: 'path', type: { kind: 'string' } },
	{ name: 'etag', type: { kind: 'string' } },
	{ name: 'size', type: { kind: 'double' } },
	{ name: 'modified', type: { kind: 'double' } },
];

/** The files a scan reads, fixed when the run begins: what comes later is for the next run. */
export class FileList {
	readonly #context: OperatorContext;
	readonly #source: FileSource;
	readonly #stream: ChunkStream;
	#files: readonly FileInfo[];
	/** They were found, and are not in storage yet. */
	#found = false;
	bytes = 0;

	constructor(context: OperatorContext, source: FileSource) {
		this.#context = context;
		this.#source = source;
		this.#stream = context.chunks.stream('files', SCHEMA);
		this.#files = [];
		this.#set([...this.#stream.batches()].flatMap(filesOf));
	}

	/** Looks for the files; with a manifest only those that are new or changed since the last completed run. */
	async find(store: FileStore): Promise<void> {
		const { bucket, path, manifest } = this.#source;
		const found = await findFiles(store, bucket, path);
		const known = manifest === null ? null : await readManifest(store, bucket, manifest);
		const fresh = known === null ? found : found.filter((file) => file.path !== manifest && known.get(file.path) !== file.etag);
		if (known !== null) this.#context.log('info', `${fresh.length} of ${found.length} files are new or changed since the manifest ${manifest} was written`);
		this.#found = true;
		this.#set(fresh);
	}

	/** Inside the checkpoint's transaction: a commit before it would hold up whoever else begins. */
	save(): void {
		if (!this.#found) return;
		this.#found = false;
		this.#stream.clear();
		if (this.#files.length > 0) this.#stream.append(batchOf(this.#files));
	}

	/** After the run completed: notes in the manifest what was read. */
	async remember(store: FileStore): Promise<void> {
		const { bucket, manifest } = this.#source;
		if (manifest === null || this.#files.length === 0) return;
		const known = await readManifest(store, bucket, manifest);
		for (const file of this.#files) known.set(file.path, file.etag);
		await writeManifest(store, bucket, manifest, known, `${this.#context.spec.runId}_${this.#context.node.id}`);
	}

	at(index: number): FileInfo | null {
		return this.#files[index] ?? null;
	}

	get length(): number {
		return this.#files.length;
	}

	#set(files: readonly FileInfo[]): void {
		this.#files = files;
		this.bytes = files.reduce((sum, file) => sum + file.size, 0);
	}
}

function batchOf(files: readonly FileInfo[]): Batch {
	const column = (index: number, read: (file: FileInfo) => string | number): Vector => {
		const builder = vectorBuilder((SCHEMA[index] as Schema[number]).type, files.length);
		for (const file of files) builder.push(read(file));
		return builder.finish();
	};
	return {
		schema: SCHEMA,
		length: files.length,
		columns: [column(0, (file) => file.path), column(1, (file) => file.etag), column(2, (file) => file.size), column(3, (file) => file.modifiedAt)],
	};
}

function filesOf(batch: Batch): FileInfo[] {
	const [path, etag, size, modified] = batch.columns as [Vector, Vector, Vector, Vector];
	return Array.from({ length: batch.length }, (_, row) => ({
		path: valueAt(path, row) as string,
		etag: valueAt(etag, row) as string,
		size: valueAt(size, row) as number,
		modifiedAt: valueAt(modified, row) as number,
	}));
}
