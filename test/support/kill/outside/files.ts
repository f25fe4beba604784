import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { startS3 } from '../../../connectors/servers/s3.ts';
import { startSftp } from '../../../connectors/servers/sftp.ts';
import { toStore } from '../scenarios/files.ts';
import type { Outside } from './outside.ts';

export async function s3(): Promise<Outside> {
	const { access, inside, close } = await startS3();
	const { url, bucket, accessKeyId, secretAccessKey } = access;
	return {
		scenarios: [
			toStore('s3', async () => ({
				paths: (prefix) => [...inside.objects.keys()].filter((key) => key.startsWith(prefix)),
				content: async (path) => inside.objects.get(path)?.bytes ?? Buffer.alloc(0),
				// An upload that was begun and never noted has no part: nothing is kept of it, and S3 does not say whose it is.
				strayParts: (prefix) => [...inside.uploads.values()].filter(({ name }) => name.startsWith(prefix)).reduce((sum, { parts }) => sum + parts.size, 0),
			})),
		],
		connections: { s3: { config: { endpoint: url, bucket, access_key_id: accessKeyId }, secrets: { secret_access_key: secretAccessKey } } },
		close,
	};
}

/** Null where no OpenSSH server is installed. */
export async function sftp(): Promise<Outside | null> {
	const { access, close } = await startSftp();
	if (access === null) return null;
	const { host, port, username, folder, keys, hostKeys } = access;
	return {
		scenarios: [
			toStore('sftp', async () => {
				const entries = await readdir(folder, { recursive: true, withFileTypes: true });
				const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
				const isHidden = (path: string) => path.split('/').at(-1)?.startsWith('.') ?? false;
				return {
					paths: (prefix) => files.filter((path) => path.startsWith(prefix) && !isHidden(path)),
					content: (path) => readFile(join(folder, path)),
					strayParts: (prefix) => files.filter((path) => path.startsWith(prefix) && isHidden(path)).length,
				};
			}),
		],
		connections: { sftp: { config: { host, port, username, folder, host_key: Object.values(hostKeys).join('\n') }, secrets: { private_key: keys.ed25519 } } },
		close,
	};
}
