import type { TestProject } from 'vitest/node';
import { startApi } from './api.ts';
import { startPostgres } from './postgresql.ts';
import { startS3 } from './s3.ts';

/** How the tests reach the servers that were started. */
export interface Servers {
	readonly api: string;
	readonly s3: { readonly url: string; readonly bucket: string; readonly accessKeyId: string; readonly secretAccessKey: string };
	readonly postgresql: {
		readonly host: string;
		readonly port: number;
		readonly database: string;
		readonly username: string;
		readonly password: string;
		readonly tls: boolean;
	};
}

declare module 'vitest' {
	export interface ProvidedContext {
		servers: Servers;
	}
}

/** Starts the servers that connectors are tested against, and ends them. */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
	const [api, s3, postgresql] = await Promise.all([startApi(), startS3(), startPostgres()]);
	project.provide('servers', { api: api.url, s3: s3.access, postgresql: postgresql.access });
	return async () => {
		await Promise.all([api.close(), s3.close(), postgresql.close()]);
	};
}
