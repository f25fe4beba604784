import { compareText } from '../../data/compare.ts';
import type { FileInfo } from '../connector.ts';
import type { RemoteFile, SftpSession } from './session.ts';

/** Hidden beside the file they become. */
const STAGING = /^\.headgate-[0-9a-f-]{36}\.part$/;

export function stagingName(id: string): string {
	return `.headgate-${id}.part`;
}

/** Seconds and bytes are all that tells two versions of a file apart here; what the gateway writes never has the time of what it replaces. */
export function tagOf({ modified, size }: RemoteFile): string {
	return `${modified}-${size}`;
}

export function infoOf(path: string, file: RemoteFile): FileInfo {
	return { path, size: file.size, etag: tagOf(file), modifiedAt: file.modified * 1000 };
}

/**
 * The files below `root` whose path begins with `prefix` and comes behind `after`, in the order of their paths; folders that
 * cannot have any are not opened. Links to files are files; links to folders are not followed, since they may lead in circles.
 */
export async function* walk(session: SftpSession, root: string, prefix: string, after: string | null): AsyncGenerator<FileInfo, void> {
	yield* below(prefix.slice(0, prefix.lastIndexOf('/') + 1));

	async function* below(folder: string): AsyncGenerator<FileInfo, void> {
		const entries = (await session.entries(`${root}${folder}` || '.')) ?? [];
		// A folder is sorted as its files are: with the slash behind its name.
		const keyed = entries.map(({ name, file }) => ({ name, file, path: `${folder}${name}${file.kind === 'folder' ? '/' : ''}` }));
		keyed.sort((a, b) => compareText(a.path, b.path));
		for (const { name, file, path } of keyed) {
			if (file.kind === 'folder') {
				const within = path.startsWith(prefix) || prefix.startsWith(path);
				if (within && (after === null || after.startsWith(path) || compareText(path, after) > 0)) yield* below(path);
				continue;
			}
			if (STAGING.test(name) || !path.startsWith(prefix) || (after !== null && compareText(path, after) <= 0)) continue;
			const found = file.kind === 'link' ? await session.stat(`${root}${path}`) : file;
			if (found?.kind === 'file') yield infoOf(path, found);
		}
	}
}
