import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorker } from '../../src/cli/embedded/bundle.ts';

/** ssh2 in one file, with what the bundle of the Worker has in place of its native modules: the test runtime would load those as they are. */
export const bundledSsh2 = {
	name: 'bundled-ssh2',
	enforce: 'pre' as const,
	async resolveId(name: string, importer: string | undefined): Promise<string | null> {
		// The servers under test have it as it is: they run in Node.
		if (name !== 'ssh2' || importer?.includes('/test/connectors/servers/') === true) return null;
		bundled ??= bundle();
		return bundled;
	},
};

let bundled: Promise<string> | null = null;

async function bundle(): Promise<string> {
	const path = join(await mkdtemp(join(tmpdir(), 'ssh2-')), 'ssh2.mjs');
	await writeFile(path, await bundleWorker('test/connectors/ssh2.ts'));
	return path;
}
