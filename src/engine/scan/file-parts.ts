import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import { compressionOf, type Decompression } from '../../data/codecs/compression/index.ts';
import { zipMembers } from '../../data/codecs/compression/zip-directory.ts';
import type { FileBytes } from '../../data/codecs/open-file.ts';
import type { FileSource } from '../../plan/endpoints.ts';
import { fileBytes } from './file-bytes.ts';

/** What is read as one file: a file of the storage, or a data file inside an archive, then called `a.zip/part1.csv`. */
export interface FilePart {
	readonly path: string;
	readonly bytes: FileBytes;
	readonly compression: 'auto' | 'none' | Decompression;
}

/** A file's parts in the order of their names: it itself, unless it is a zip archive of several data files. */
export async function filePartsOf(store: FileStore, source: FileSource, info: FileInfo): Promise<readonly FilePart[]> {
	const { bucket, compression, format } = source;
	const bytes = fileBytes(store, bucket, info);
	const itself = [{ path: info.path, bytes, compression }];
	if (format.type === 'parquet' || format.type === 'excel' || compressionOf(compression, info.path) !== 'zip') return itself;
	const members = await zipMembers(bytes);
	if (members === null) return itself;
	return members.map(({ name, from, to }) => {
		const path = `${info.path}/${name}`;
		return { path, bytes: { ...fileBytes(store, bucket, info, { from, to }), path }, compression: 'zip_member' };
	});
}
