import {
	closeSync,
	type Stats as FileStats,
	fstatSync,
	ftruncateSync,
	futimesSync,
	lstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	readSync,
	renameSync,
	statSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type SFTPWrapper } from 'ssh2';

const PASSWORD = 'under test:+/%';
const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

/**
 * A server of nothing but SFTP version 3, without OpenSSH's extensions, in this process. The login `plain` gives its password as
 * such; of every other it is asked as a question, as PAM does.
 */
export async function startPlainSftp(hostKey: string, folder: string): Promise<{ port: number; password: string; close(): Promise<void> }> {
	const clients = new Set<Connection>();
	const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
		clients.add(client);
		client.on('error', () => undefined).on('close', () => clients.delete(client));
		client.on('authentication', signIn);
		client.on('session', (accept) => accept().on('sftp', (acceptSftp) => serve(acceptSftp(), folder)));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as { port: number }).port,
		password: PASSWORD,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const client of clients) client.end();
			}),
	};
}

function signIn(request: AuthContext): void {
	const plain = request.username === 'plain';
	if (request.method === 'password' && plain && request.password === PASSWORD) request.accept();
	else if (request.method === 'keyboard-interactive' && !plain) {
		request.prompt([{ prompt: 'Password: ', echo: false }], (answers) => (answers[0] === PASSWORD ? request.accept() : request.reject()));
	} else request.reject([plain ? 'password' : 'keyboard-interactive']);
}

function serve(sftp: SFTPWrapper, folder: string): void {
	const listings = new Map<number, string[] | null>();
	let next = 1000;
	const at = (path: string) => join(folder, path);
	const of = (handle: Buffer) => handle.readUInt32BE(0);
	const handleOf = (number: number) => {
		const handle = Buffer.alloc(4);
		handle.writeUInt32BE(number);
		return handle;
	};
	const attributes = ({ mode, uid, gid, size, atimeMs, mtimeMs }: FileStats) => ({
		mode,
		uid,
		gid,
		size,
		atime: Math.floor(atimeMs / 1000),
		mtime: Math.floor(mtimeMs / 1000),
	});
	/** What the file system refuses becomes the status that says so. */
	const answer = (id: number, work: () => void) => {
		try {
			work();
		} catch (error) {
			sftp.status(id, (error as { code?: string }).code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
		}
	};
	const done = (id: number, work: () => void) =>
		answer(id, () => {
			work();
			sftp.status(id, STATUS_CODE.OK);
		});
	const flagsOf = (flags: number) => (flags & OPEN_MODE.EXCL ? 'wx' : flags & OPEN_MODE.WRITE ? 'r+' : 'r');
	sftp.on('OPEN', (id, path, flags) => answer(id, () => sftp.handle(id, handleOf(openSync(at(path), flagsOf(flags))))));
	sftp.on('STAT', (id, path) => answer(id, () => sftp.attrs(id, attributes(statSync(at(path))))));
	sftp.on('LSTAT', (id, path) => answer(id, () => sftp.attrs(id, attributes(lstatSync(at(path))))));
	sftp.on('FSTAT', (id, handle) => answer(id, () => sftp.attrs(id, attributes(fstatSync(of(handle))))));
	sftp.on('FSETSTAT', (id, handle, { size, atime, mtime }) =>
		done(id, () => {
			if (size !== undefined) ftruncateSync(of(handle), size);
			if (mtime !== undefined) futimesSync(of(handle), Number(atime), Number(mtime));
		}),
	);
	sftp.on('READ', (id, handle, offset, length) =>
		answer(id, () => {
			// A third of what is asked for, as servers may.
			const bytes = Buffer.alloc(Math.ceil(length / 3));
			const count = readSync(of(handle), bytes, 0, bytes.length, offset);
			if (count === 0) sftp.status(id, STATUS_CODE.EOF);
			else sftp.data(id, bytes.subarray(0, count));
		}),
	);
	sftp.on('WRITE', (id, handle, offset, bytes) => done(id, () => writeSync(of(handle), bytes, 0, bytes.length, offset)));
	sftp.on('CLOSE', (id, handle) => done(id, () => (listings.delete(of(handle)) ? undefined : closeSync(of(handle)))));
	sftp.on('OPENDIR', (id, path) =>
		answer(id, () => {
			listings.set(
				++next,
				readdirSync(at(path)).map((name) => join(path, name)),
			);
			sftp.handle(id, handleOf(next));
		}),
	);
	sftp.on('READDIR', (id, handle) =>
		answer(id, () => {
			const names = listings.get(of(handle)) ?? [];
			listings.set(of(handle), []);
			if (names.length === 0) sftp.status(id, STATUS_CODE.EOF);
			else
				sftp.name(
					id,
					names.map((path) => ({ filename: path.slice(path.lastIndexOf('/') + 1), longname: path, attrs: attributes(lstatSync(at(path))) })),
				);
		}),
	);
	sftp.on('MKDIR', (id, path) => done(id, () => mkdirSync(at(path))));
	sftp.on('REMOVE', (id, path) => done(id, () => unlinkSync(at(path))));
	sftp.on('RENAME', (id, from, to) =>
		done(id, () => {
			// Version 3 refuses a name that is taken.
			if (readdirSync(at(join(to, '..'))).includes(to.slice(to.lastIndexOf('/') + 1))) throw new Error('taken');
			renameSync(at(from), at(to));
		}),
	);
}
