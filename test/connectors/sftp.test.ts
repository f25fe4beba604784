import { describe, expect, inject, test } from 'vitest';
import type { ConnectorEnv, FileStore } from '../../src/connectors/connector.ts';
import { sftp } from '../../src/connectors/sftp/index.ts';
import { Secret } from '../../src/lib/secret.ts';
import { filesConformance } from './suite/files.ts';

const server = inject('servers').sftp;
const trusted = Object.values(server?.hostKeys ?? {}).join('\n');

async function open(config: Readonly<Record<string, unknown>> = {}, secrets: Readonly<Record<string, string>> = { private_key: server?.keys.ed25519 ?? '' }) {
	const settings = { host: server?.host, port: server?.port, username: server?.username, host_key: trusted, folder: server?.folder, ...config };
	const env = { allowPrivateHosts: true } as unknown as ConnectorEnv;
	const sealed = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)]));
	return (await sftp.open({ accountId: 1, config: settings, secrets: sealed }, env)) as FileStore;
}

async function put(store: FileStore, path: string, text: string): Promise<void> {
	const upload = { bucket: null, path, owner: 'o', token: await store.beginUpload({ bucket: null, path, contentType: 'text/plain', owner: 'o' }) };
	await store.completeUpload(upload, [await store.uploadPart(upload, 1, new TextEncoder().encode(text))]);
}

const textOf = async (store: FileStore, path: string) => new Response(await store.read({ bucket: null, path, offset: 0, length: null, etag: null })).text();

describe.skipIf(server === null)('against OpenSSH', () => {
	filesConformance('sftp', {
		bucket: null,
		open: () => open({ folder: `${server?.folder}/one` }),
		other: () => open({ folder: `${server?.folder}/two/` }),
	});

	test.each(['ed25519', 'rsa', 'ecdsa'] as const)('a %s key signs in, and any of the server’s host keys is enough to know it by', async (kind) => {
		const store = await open({ host_key: server?.hostKeys[kind] }, { private_key: server?.keys[kind] ?? '' });
		expect(await store.check()).toMatchObject({ ok: true, message: expect.stringContaining('its key is the trusted one') });
		await store.close();
	});

	test('a server that shows another key is not signed in to, and its fingerprints are told', async () => {
		const other = `SHA256:${'A'.repeat(43)}`;
		const refused = await (await open({ host_key: other })).check();
		expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('is not the one this connection trusts') });
		const shown = refused.message.match(/(?:ed25519|ecdsa|rsa) SHA256:[A-Za-z0-9+/]{43}/g) ?? [];
		expect(shown.map((key) => key.split(' ')[0])).toEqual(['ed25519', 'ecdsa', 'rsa']);
		const [, fingerprint] = (shown[2] ?? '').split(' ');
		expect(await (await open({ host_key: fingerprint })).check()).toMatchObject({ ok: true });
	});

	test('without a key to know the server by there is no connection', async () => {
		await expect(open({ host_key: '# ssh-keyscan found nothing' })).rejects.toMatchObject({
			code: 'invalid_input',
			message: expect.stringContaining('names no key'),
		});
		await expect(open({ host_key: 'trust-anybody-who-answers' })).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('neither') });
		await expect(open({}, {})).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('neither password nor private_key') });
	});

	test('a key that is not let in is told without the key, and a key that is none too', async () => {
		const [, , line = ''] = (server?.keys.rsa ?? '').split('\n');
		const broken = await open({}, { private_key: 'canary-private-key' });
		await expect(broken.stat(null, 'x')).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('private_key') });
		const refused = await (await open({ username: 'nobody-of-that-name' }, { private_key: server?.keys.rsa ?? '' })).check();
		expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('did not let nobody-of-that-name in') });
		expect(refused.message).not.toContain(line);
	});

	test('neither a server that says nothing nor one that is slow is waited for once nobody wants its answer', async () => {
		const silent = await open({ port: inject('servers').silent });
		const answer = expect(silent.check()).resolves.toMatchObject({ ok: false });
		silent.interrupt();
		await answer;
		const store = await open();
		await put(store, 'slow.txt', 'x'.repeat(3_000_000));
		const reader = (await store.read({ bucket: null, path: 'slow.txt', offset: 0, length: null, etag: null })).getReader();
		await reader.read();
		store.interrupt();
		const rest = async () => {
			while (!(await reader.read()).done);
		};
		await expect(rest()).rejects.toMatchObject({ code: 'upstream', retryable: true });
		expect(await textOf(store, 'slow.txt')).toHaveLength(3_000_000);
	});

	test('a server that is not there is worth another try; a login on it that finds no folder is told', async () => {
		await expect((await open({ port: 1 })).stat(null, 'x')).rejects.toMatchObject({ code: 'upstream', retryable: true });
		expect(await (await open({ folder: '/no/such/folder' })).check()).toMatchObject({
			ok: false,
			message: expect.stringContaining('no folder /no/such/folder'),
		});
	});

	test('a file that is replaced while it is read is read to its end as it was', async () => {
		const store = await open();
		const bytes = 'x'.repeat(3_000_000);
		await put(store, 'replaced.txt', bytes);
		const reader = (await store.read({ bucket: null, path: 'replaced.txt', offset: 0, length: null, etag: null })).getReader();
		await reader.read();
		await put(store, 'replaced.txt', 'short');
		// What was opened is still there, under no name.
		let length = 131_072;
		for (let next = await reader.read(); !next.done; next = await reader.read()) length += next.value.length;
		expect(length).toBe(bytes.length);
		expect(await textOf(store, 'replaced.txt')).toBe('short');
	});

	test('a bucket is refused, and nothing is left of uploads that were dropped', async () => {
		const store = await open({ folder: `${server?.folder}/left` });
		await expect(store.stat('bucket', 'x')).rejects.toMatchObject({ code: 'invalid_input' });
		const token = await store.beginUpload({ bucket: null, path: 'a/b/c.txt', contentType: '', owner: 'o' });
		await store.abortUpload({ bucket: null, path: 'a/b/c.txt', token, owner: 'o' });
		const again = await open({ folder: `${server?.folder}/left/a/b` });
		expect(await again.check()).toMatchObject({ ok: true, message: expect.stringContaining('has 0 entries') });
	});
});

describe.skipIf(server === null)('against a server of nothing but SFTP version 3', () => {
	const plain = (username: string, password = server?.passwords.password ?? '') =>
		open({ port: server?.passwords.port, username, host_key: server?.passwords.hostKey, folder: '' }, { password });

	test.each(['plain', 'asked'])('a password signs in, said or asked for (%s), and files are replaced without a rename that replaces', async (username) => {
		const store = await plain(username);
		const path = `${username}/deep/file.txt`;
		await put(store, path, 'first');
		const before = await store.stat(null, path);
		await put(store, path, 'again');
		expect(await textOf(store, path)).toBe('again');
		expect((await store.stat(null, path))?.etag).not.toBe(before?.etag);
		expect((await store.list({ bucket: null, prefix: `${username}/`, after: null })).files.map((file) => file.path)).toEqual([path]);
	});

	test('a wrong password is told without the password', async () => {
		const refused = await (await plain('plain', 'canary-password')).check();
		expect(refused).toMatchObject({ ok: false, message: expect.stringContaining('did not let plain in') });
		expect(refused.message).not.toContain('canary');
	});
});
