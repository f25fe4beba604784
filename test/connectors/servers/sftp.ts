import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { startPlainSftp } from './plain-sftp.ts';
import { freePort } from './postgresql.ts';

const SSHD = '/usr/sbin/sshd';
const SFTP_SERVER = '/usr/lib/openssh/sftp-server';

/** How OpenSSH is reached, and a second server that takes passwords: OpenSSH's would have to be those of the machine's users. */
export interface SftpAccess {
	readonly host: string;
	readonly port: number;
	readonly username: string;
	readonly folder: string;
	/** Private keys that are let in, by kind. */
	readonly keys: Readonly<Record<'ed25519' | 'rsa' | 'ecdsa', string>>;
	/** Public host keys, as a line of known_hosts has them. */
	readonly hostKeys: Readonly<Record<'ed25519' | 'rsa' | 'ecdsa', string>>;
	readonly passwords: { readonly port: number; readonly password: string; readonly hostKey: string };
}

const KINDS = ['ed25519', 'rsa', 'ecdsa'] as const;

/** OpenSSH (Debian package openssh-server) with keys of its own on a free port; null where it is not installed. */
export async function startSftp(): Promise<{ access: SftpAccess | null; close(): Promise<void> }> {
	if (!existsSync(SSHD) || !existsSync(SFTP_SERVER)) return { access: null, close: async () => {} };
	const directory = mkdtempSync(join(tmpdir(), 'sftp-'));
	const file = (name: string) => join(directory, name);
	for (const kind of KINDS) for (const whose of ['host', 'login']) execFileSync('ssh-keygen', ['-q', '-t', kind, '-N', '', '-f', file(`${whose}_${kind}`)]);
	writeFileSync(file('authorized_keys'), KINDS.map((kind) => readFileSync(file(`login_${kind}.pub`), 'utf8')).join(''), { mode: 0o600 });
	mkdirSync(file('files/one'), { recursive: true });
	mkdirSync(file('plain'));
	const port = await freePort();
	const settings = [
		`Port ${port}`,
		'ListenAddress 127.0.0.1',
		...KINDS.map((kind) => `HostKey ${file(`host_${kind}`)}`),
		`AuthorizedKeysFile ${file('authorized_keys')}`,
		'StrictModes no',
		'UsePAM no',
		'PasswordAuthentication no',
		'PermitRootLogin yes',
		`PidFile ${file('pid')}`,
		`Subsystem sftp ${SFTP_SERVER}`,
	];
	writeFileSync(file('sshd_config'), `${settings.join('\n')}\n`);
	// Where it gives up its rights it wants an empty folder.
	if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
	const server = spawn(SSHD, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' });
	let exited = false;
	server.once('exit', () => {
		exited = true;
	});
	while (!(await answers(port))) if (exited) throw new Error('sshd ended before it answered');
	const passwords = await startPlainSftp(readFileSync(file('host_ed25519'), 'utf8'), file('plain'));
	const read = (whose: string, kind: string) => readFileSync(file(`${whose}_${kind}`), 'utf8');
	const of = (take: (kind: string) => string) => ({ ed25519: take('ed25519'), rsa: take('rsa'), ecdsa: take('ecdsa') });
	return {
		access: {
			host: '127.0.0.1',
			port,
			username: userInfo().username,
			folder: file('files'),
			keys: of((kind) => read('login', kind)),
			hostKeys: of((kind) => readFileSync(file(`host_${kind}.pub`), 'utf8').trim()),
			passwords: { port: passwords.port, password: passwords.password, hostKey: readFileSync(file('host_ed25519.pub'), 'utf8').trim() },
		},
		async close() {
			await passwords.close();
			const ended = new Promise((resolve) => server.once('exit', resolve));
			server.kill('SIGTERM');
			await ended;
			rmSync(directory, { recursive: true, force: true });
		},
	};
}

function answers(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createConnection({ host: '127.0.0.1', port });
		socket.once('data', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => setTimeout(() => resolve(false), 50));
	});
}
