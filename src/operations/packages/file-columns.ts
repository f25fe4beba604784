import type { Discovery } from '../../catalogue/build/context.ts';
import type { FileStore } from '../../connectors/connector.ts';
import { discoverFields, discoverFile, type FileSample, fileSample } from '../../data/codecs/discover.ts';
import type { Schema } from '../../data/types.ts';
import { type FilePart, filePartsOf } from '../../engine/scan/file-parts.ts';
import { findFiles } from '../../engine/scan/find-files.ts';
import type { FileSource } from '../../plan/endpoints.ts';

/** A folder may begin with empty files; so many are looked into. */
const FILES_LOOKED_INTO = 3;

/**
 * The columns of the first file of a path that has any: of Parquet from its own schema, of an Excel sheet from its rows, of
 * everything else by a sample of its beginning, at most `lines` lines where given.
 */
export async function fileColumns(store: FileStore, source: FileSource, lines?: number): Promise<Discovery> {
	const files = await findFiles(store, source.bucket, source.path);
	for (const file of files.slice(0, FILES_LOOKED_INTO)) {
		const [part] = await filePartsOf(store, source, file);
		const found = part === undefined ? [] : await columnsOf(part, source, lines);
		if (found.length > 0) return found.map(({ name, type }): Schema[number] => ({ name, type }));
	}
	return [];
}

async function columnsOf({ bytes: file, compression }: FilePart, { format }: FileSource, lines: number | undefined) {
	if (lines === undefined || format.type === 'parquet' || format.type === 'excel') return discoverFile(file, format, compression);
	const { bytes, complete } = firstLines(await fileSample(file, format, compression), lines);
	return discoverFields(format, bytes, complete);
}

const NEW_LINE = 10;

function firstLines({ bytes, complete }: FileSample, lines: number): FileSample {
	let end = 0;
	for (let line = 0; line < lines; line++) {
		const next = bytes.indexOf(NEW_LINE, end);
		if (next === -1) return { bytes, complete };
		end = next + 1;
	}
	return { bytes: bytes.subarray(0, end), complete: complete && end === bytes.length };
}
