import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect, inject, test } from 'vitest';
import { CONNECTORS } from '../../src/connectors/index.ts';
import { headgate, withFolder } from '../support/gateway-process.ts';

const { url, account, token, admin_token, mcp_url } = inject('gateway');
const admin = ['--url', url, '--admin-token', admin_token];
const files = ['--url', url, '--account', account, '--token', token];

async function callTool(name: string, input: Record<string, unknown>, as: { readonly url: string; readonly token: string }) {
	const response = await fetch(as.url, {
		method: 'POST',
		headers: { authorization: `Bearer ${as.token}`, 'content-type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: input } }),
	});
	return {
		status: response.status,
		answer: (await response.json()) as { result?: { isError?: boolean; structuredContent?: unknown }; error?: { code: number } },
	};
}

test('account, user and token are provisioned on a running gateway, and the token is all that is printed', async () => {
	expect(await headgate(['account', 'create', 'harbour', ...admin])).toMatchObject({ status: 0 });
	const user = await headgate(['user', 'create', 'ann@harbour.example', '--account', 'harbour', '--role', 'editor', '--password-stdin', ...admin], {
		input: 'a long enough password\n',
	});
	expect(user).toMatchObject({ status: 0 });
	const order = [
		'token',
		'create',
		'--account',
		'harbour',
		'--user',
		'ann@harbour.example',
		'--name',
		'laptop',
		'--scopes',
		'read,write,run',
		'--expires',
		'30d',
	];
	const made = await headgate(order, { environment: { HEADGATE_URL: url, HEADGATE_ADMIN_TOKEN: admin_token } });
	expect(made).toMatchObject({ status: 0, stderr: '' });
	expect(made.stdout).toMatch(/^mcp_[A-Za-z0-9_-]{43}\n$/);
	const own = await callTool('list_workspaces', {}, { url: `${url}/harbour/api/mcp`, token: made.stdout.trim() });
	expect(own.answer.result?.isError ?? false).toBe(false);
	expect((await callTool('list_workspaces', {}, { url: mcp_url, token: made.stdout.trim() })).status).toBe(403);
});

test('a connection is made, tried, changed and removed, and its credential is never printed', async () => {
	const of = ['--account', account, ...admin];
	const canary = 'canary-77ab';
	// Nothing answers there: the connection is kept, and says that it does not work.
	const settings = ['--set', 'base_url=https://api.example.invalid', '--set', 'auth=bearer', '--set', 'max_attempts=1', '--secrets-stdin'];
	const made = await headgate(['connection', 'create', '--type', 'http', '--name', 'Ourselves', ...settings, ...of], {
		input: JSON.stringify({ token: canary }),
	});
	expect(made).toMatchObject({ status: 1, stderr: expect.stringMatching(/: failed\. .*no connection came about/) });
	const id = made.stdout.trim();
	const shown = await headgate(['connection', 'show', id, ...of]);
	expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'Ourselves', type: 'http', config: { base_url: 'https://api.example.invalid', auth: 'bearer' } });
	const moved = await headgate(['connection', 'update', id, '--set', 'base_url=https://evil.example.invalid', ...of]);
	expect(moved).toMatchObject({ status: 1, stderr: expect.stringContaining('decides where its credentials are sent') });
	expect(await headgate(['connection', 'update', id, '--name', 'Us', '--set', 'timeout_seconds=5', ...of])).toMatchObject({
		status: 1,
		stderr: expect.stringContaining('changed'),
	});
	const listed = await headgate(['connection', 'list', ...of]);
	expect(listed.stdout).toContain(`${id}\thttp\tfailed\tUs\t`);
	expect(await headgate(['connection', 'test', id, ...of])).toMatchObject({ status: 1, stderr: expect.stringContaining('does not work') });
	expect((await headgate(['connection', 'types', ...admin])).stdout).toContain('secret password (required)');
	expect(await headgate(['connection', 'remove', id, ...of])).toMatchObject({ status: 0 });
	expect(await headgate(['connection', 'test', id, ...of])).toMatchObject({ status: 1, stderr: expect.stringContaining('not found') });
	expect([made, shown, moved, listed].map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(canary);
});

/** Settings of each connection type, for a host that nobody has. */
const NOWHERE: Readonly<Record<string, { readonly config: object; readonly secrets?: object }>> = {
	http: { config: { base_url: 'https://api.example.invalid', max_attempts: 1 } },
	s3: { config: { endpoint: 'https://s3.example.invalid', bucket: 'bucket', access_key_id: 'key' }, secrets: { secret_access_key: 'secret' } },
	sftp: { config: { host: 'sftp.example.invalid', username: 'ann', host_key: `SHA256:${'A'.repeat(43)}` }, secrets: { password: 'secret' } },
	postgresql: { config: { host: 'pg.example.invalid', database: 'd', username: 'ann' }, secrets: { password: 'secret' } },
	mysql: { config: { host: 'mysql.example.invalid', database: 'd', username: 'ann' }, secrets: { password: 'secret' } },
	clickhouse: { config: { url: 'https://ch.example.invalid', database: 'd', username: 'ann' }, secrets: { password: 'secret' } },
};

test('the driver of every connection type loads in the bundled gateway, and says of a host that nobody has what is wrong', async () => {
	const embedded = ['r2', 'sqlite'];
	expect([...embedded, ...Object.keys(NOWHERE)].sort()).toEqual(CONNECTORS.map(({ type }) => type).sort());
	const made = Object.entries(NOWHERE).map(async ([type, settings]) => {
		const response = await fetch(`${url}/api/admin/connections`, {
			method: 'POST',
			headers: { authorization: `Bearer ${admin_token}`, 'content-type': 'application/json' },
			body: JSON.stringify({ account, name: `${type} nowhere`, type, ...settings }),
		});
		const { connection } = (await response.json()) as { connection?: { status: string; last_check_message: string } };
		return { type, answered: response.status, status: connection?.status, names: connection?.last_check_message.includes('example.invalid') };
	});
	expect(await Promise.all(made)).toEqual(Object.keys(NOWHERE).map((type) => ({ type, answered: 201, status: 'failed', names: true })));
});

test('a cluster is made, changed and deleted, and the default one stays', async () => {
	const of = ['--account', account, ...admin];
	const made = await headgate(['cluster', 'create', '--name', 'Nightly', '--nodes', '2', '--region', 'weur', ...of]);
	expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining('made') });
	const id = made.stdout.trim();
	const changed = await headgate(['cluster', 'update', id, '--nodes', '8', '--terminate-on-idle', 'false', ...of]);
	expect(changed).toMatchObject({ status: 0, stderr: `cluster ${id} changed: nodes 2 → 8, terminate_on_idle true → false; 0 running, 0 queued.\n` });
	expect((await headgate(['cluster', 'list', ...of])).stdout).toContain(`${id}\tpending\tproduction\tweur\t8 nodes\t0 running, 0 queued\tNightly\n`);
	expect((await headgate(['cluster', 'list', '--status', 'error', ...of])).stdout).toBe('');
	expect(await headgate(['cluster', 'update', id, '--nodes', '101', ...of])).toMatchObject({ status: 1, stderr: expect.stringContaining('nodes') });
	expect(await headgate(['cluster', 'update', id, ...of])).toMatchObject({ status: 2, stderr: expect.stringContaining('nothing was said to change') });
	expect(await headgate(['cluster', 'delete', '1', ...of])).toMatchObject({ status: 1, stderr: expect.stringContaining('is the default one') });
	expect(await headgate(['cluster', 'delete', id, ...of])).toMatchObject({ status: 0, stderr: expect.stringContaining('Deleted') });
	expect(await headgate(['cluster', 'delete', id, ...of])).toMatchObject({ status: 1, stderr: expect.stringContaining('not found') });
	expect(await headgate(['cluster', 'terminate', id, ...of])).toMatchObject({ status: 2, stderr: expect.stringContaining('list, create, update, delete') });
});

test('repeating account and user is no error', async () => {
	for (let time = 0; time < 2; time++) {
		expect(await headgate(['account', 'create', 'twice', ...admin])).toMatchObject({ status: 0 });
		expect(await headgate(['user', 'create', 'bo@twice.example', '--account', 'twice', '--role', 'viewer', ...admin])).toMatchObject({ status: 0 });
	}
});

test('a read-only token is refused what writes', async () => {
	const made = await headgate([
		'token',
		'create',
		'--account',
		account,
		'--user',
		inject('gateway').email,
		'--name',
		'reader',
		'--scopes',
		'read,write,run',
		'--read-only',
		...admin,
	]);
	const reader = made.stdout.trim();
	expect((await callTool('list_packages', {}, { url: mcp_url, token: reader })).answer.result?.isError ?? false).toBe(false);
	const { answer } = await callTool('run_package', { package_id: 1 }, { url: mcp_url, token: reader });
	expect(answer.error !== undefined || answer.result?.isError === true).toBe(true);
	const put = await fetch(`${url}/${account}/api/files/refused.txt`, { method: 'PUT', headers: { authorization: `Bearer ${reader}` }, body: 'no' });
	expect(put.status).toBe(403);
});

test('a wrong administration token provisions nothing', async () => {
	const outcome = await headgate(['account', 'create', 'intruder', '--url', url, '--admin-token', 'guess']);
	expect(outcome).toMatchObject({ status: 1, stdout: '' });
	expect(outcome.stderr).toMatch(/admin/i);
	expect(outcome.stderr).not.toMatch(/\n\s+at /);
});

test('files go in, are listed and come out byte for byte', async () => {
	await withFolder(async (folder) => {
		const content = randomBytes(100_000);
		await writeFile(join(folder, 'in.bin'), content);
		expect(await headgate(['file', 'put', join(folder, 'in.bin'), 'kept/odd näme+1.bin', ...files])).toMatchObject({ status: 0, stdout: '' });
		const listed = await headgate(['file', 'list', 'kept/', ...files]);
		expect(listed.stdout).toMatch(/^\s*100000 .* kept\/odd näme\+1\.bin\n$/);
		expect(await headgate(['file', 'get', 'kept/odd näme+1.bin', join(folder, 'out.bin'), ...files])).toMatchObject({ status: 0, stdout: '' });
		expect(Buffer.compare(await readFile(join(folder, 'out.bin')), content)).toBe(0);
	});
});

test('a file past the multipart bound is streamed in and out whole', async () => {
	await withFolder(async (folder) => {
		const path = join(folder, 'big.bin');
		const block = randomBytes(1_000_003);
		await pipeline(function* () {
			for (let part = 0; part < 60; part++) yield block;
		}, createWriteStream(path));
		expect(await headgate(['file', 'put', path, 'big/sixty.bin', ...files])).toMatchObject({ status: 0 });
		expect(await headgate(['file', 'get', 'big/sixty.bin', join(folder, 'back.bin'), ...files])).toMatchObject({ status: 0 });
		expect(await digest(join(folder, 'back.bin'))).toBe(await digest(path));
	});
});

test('a file that is not there is told by its name', async () => {
	const outcome = await headgate(['file', 'get', 'no/such.csv', ...files]);
	expect(outcome).toMatchObject({ status: 1, stdout: '' });
	expect(outcome.stderr).toContain('no/such.csv');
});

async function digest(path: string): Promise<string> {
	const hash = createHash('sha256');
	await pipeline(createReadStream(path), hash);
	return hash.digest('hex');
}
