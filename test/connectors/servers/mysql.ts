import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { certificate } from './certificates.ts';
import { freePort } from './postgresql.ts';
import type { Servers } from './start.ts';

const PASSWORD = "under test:+/%'";

/** A MariaDB (Debian package mariadb-server) on a free port; null where it is not installed. */
export async function startMysql(): Promise<{ access: Servers['mysql']; close(): Promise<void> }> {
	if (spawnSync('mariadbd', ['--version']).status !== 0) return { access: null, close: async () => {} };
	const directory = mkdtempSync(join(tmpdir(), 'mariadb-'));
	chmodSync(directory, 0o777);
	const user = process.getuid?.() === 0 ? ['--user=root'] : [];
	const data = join(directory, 'data');
	execFileSync('mariadb-install-db', ['--no-defaults', ...user, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'], {
		stdio: 'ignore',
	});
	const init = join(directory, 'init.sql');
	const statements = [
		'CREATE DATABASE under_test',
		`CREATE USER 'owner'@'%' IDENTIFIED BY '${PASSWORD.replaceAll("'", "''")}'`,
		"GRANT ALL ON under_test.* TO 'owner'@'%'",
	];
	// The server reads one statement a line.
	writeFileSync(init, statements.map((statement) => `${statement};\n`).join(''));
	const tls = certificate();
	const ssl = tls === null ? [] : [`--ssl-cert=${kept(directory, 'server.crt', tls.certificate)}`, `--ssl-key=${kept(directory, 'server.key', tls.key)}`];
	const port = await freePort();
	const options = [
		`--datadir=${data}`,
		`--port=${port}`,
		'--bind-address=127.0.0.1',
		`--socket=${join(directory, 'socket')}`,
		`--init-file=${init}`,
		'--skip-name-resolve',
		'--innodb-flush-log-at-trx-commit=0',
		'--lower-case-table-names=0',
	];
	const server = spawn('mariadbd', ['--no-defaults', ...user, ...options, ...ssl], { stdio: 'ignore' });
	const access = { host: 'localhost', port, database: 'under_test', username: 'owner', password: PASSWORD, tls: tls !== null };
	await answers(access, server);
	return {
		access,
		async close() {
			const ended = new Promise((resolve) => server.once('exit', resolve));
			server.kill('SIGTERM');
			await ended;
			rmSync(directory, { recursive: true, force: true });
		},
	};
}

function kept(directory: string, name: string, content: string): string {
	writeFileSync(join(directory, name), content, { mode: 0o600 });
	return join(directory, name);
}

async function answers(access: NonNullable<Servers['mysql']>, server: ChildProcess): Promise<void> {
	let exited = false;
	server.once('exit', () => {
		exited = true;
	});
	for (;;) {
		try {
			const connection = await createConnection({
				host: '127.0.0.1',
				port: access.port,
				user: access.username,
				password: access.password,
				database: access.database,
			});
			return await connection.end();
		} catch (error) {
			if (exited || (error as { code?: unknown }).code !== 'ECONNREFUSED') throw error;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}
}
