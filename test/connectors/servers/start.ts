import type { TestProject } from 'vitest/node';
import { startApi } from './api.ts';
import { startClickhouse } from './clickhouse.ts';
import { startMysql } from './mysql.ts';
import { startPostgres } from './postgresql.ts';
import { startS3 } from './s3.ts';
import { type SftpAccess, startSftp } from './sftp.ts';
import { startSilent } from './silent.ts';

/** How the tests reach the servers that were started. */
export interface Servers {
	readonly api: string;
	/** The port of a server that takes connections and says nothing. */
	readonly silent: number;
	readonly s3: { readonly url: string; readonly bucket: string; readonly accessKeyId: string; readonly secretAccessKey: string };
	/** Null where no OpenSSH server is installed. */
	readonly sftp: SftpAccess | null;
	readonly postgresql: DatabaseAccess;
	/** Null where no MariaDB is installed. */
	readonly mysql: DatabaseAccess | null;
	/** Null where chdb is not installed. */
	readonly clickhouse: { readonly url: string; readonly database: string; readonly username: string; readonly password: string } | null;
}

export interface DatabaseAccess {
	readonly host: string;
	readonly port: number;
	readonly database: string;
	readonly username: string;
	readonly password: string;
	/** It speaks TLS, with a certificate for localhost. */
	readonly tls: boolean;
}

declare module 'vitest' {
	export interface ProvidedContext {
		servers: Servers;
	}
}

/** Starts the servers that connectors are tested against, and ends them. */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
	const servers = await Promise.all([startApi(), startS3(), startSftp(), startPostgres(), startMysql(), startClickhouse(), startSilent()]);
	const [api, s3, sftp, postgresql, mysql, clickhouse, silent] = servers;
	project.provide('servers', {
		api: api.url,
		silent: silent.port,
		s3: s3.access,
		sftp: sftp.access,
		postgresql: postgresql.access,
		mysql: mysql.access,
		clickhouse: clickhouse.access,
	});
	return async () => {
		await Promise.all(servers.map((server) => server.close()));
	};
}
