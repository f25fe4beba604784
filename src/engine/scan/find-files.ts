import type { FileInfo, FileStore } from '../../connectors/connector.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import { globPrefix, matchesGlob } from './glob.ts';

/** More files than this in one run would make the list itself a burden. */
const MOST_FILES = 100_000;

/**
 * The files of a path in the order of their names: one object, all below a folder (`reports/`), or those a glob matches
 * (`*` and `?` within a name, `**` across folders, `{01,02}`). Names that begin with `_` or `.` are left out.
 */
export async function findFiles(store: FileStore, bucket: string | null, path: string): Promise<FileInfo[]> {
	const isGlob = /[*?{[]/.test(path);
	if (!isGlob && !path.endsWith('/') && path !== '') {
		const file = await store.stat(bucket, path);
		if (file !== null) return [file];
	}
	const prefix = isGlob ? globPrefix(path) : path === '' || path.endsWith('/') ? path : `${path}/`;
	const files: FileInfo[] = [];
	let after: string | null = null;
	do {
		const page: Awaited<ReturnType<FileStore['list']>> = await store.list({ bucket, prefix, after });
		for (const file of page.files) if (isVisible(file.path, prefix) && (!isGlob || matchesGlob(path, file.path))) files.push(file);
		if (files.length > MOST_FILES) {
			throw new AppError('limit', `${path} has more than ${MOST_FILES} files`, { hint: 'Narrow the path to a folder or a pattern with fewer files.' });
		}
		after = page.after;
	} while (after !== null);
	if (files.length > 0) return files;
	// As a shell has it: a pattern that nothing fits may be the name of a file, such as `report [final].xlsx`.
	const literal = isGlob ? await store.stat(bucket, path) : null;
	if (literal !== null) return [literal];
	throw await nothingThere(store, bucket, path);
}

/** Markers such as `_SUCCESS` and hidden files are no data. Only the part below the path asked for counts. */
function isVisible(path: string, prefix: string): boolean {
	if (path.endsWith('/')) return false;
	return !path
		.slice(prefix.lastIndexOf('/') + 1)
		.split('/')
		.some((name) => name.startsWith('_') || name.startsWith('.'));
}

async function nothingThere(store: FileStore, bucket: string | null, path: string): Promise<AppError> {
	const folder = path.slice(0, path.lastIndexOf('/', path.length - 2) + 1);
	const { files } = await store.list({ bucket, prefix: globPrefix(folder), after: null });
	const names = files.map((file) => file.path);
	const near = nearest(path, names);
	const shown = names.slice(0, 10).join(', ');
	const listed = `${names.length === 1 ? 'There is only' : 'There are'} ${shown}${names.length > 10 ? ' …' : ''}.`;
	const empty = `${folder === '' ? 'The storage' : folder} is empty.`;
	return new AppError('not_found', `there is no file at ${path}`, {
		hint: names.length === 0 ? empty : near === undefined ? listed : `Did you mean ${near}? ${names.length === 1 ? 'It is the only file there.' : listed}`,
	});
}
