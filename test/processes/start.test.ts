import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { type GatewayProcess, headgate, startGatewayProcess, withFolder } from '../support/gateway-process.ts';

const alive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

const runtimeOf = async (state: string): Promise<number> => Number(await readFile(join(state, 'workerd.pid'), 'utf8'));

async function whoAmI({ ready }: GatewayProcess): Promise<number> {
	const response = await fetch(`${ready.url}/${ready.account}/api/files`, { headers: { authorization: `Bearer ${ready.token}` } });
	return response.status;
}

test('a gateway prints one line of JSON, opens to its token, and ends with status 0 and its children at SIGTERM', async () => {
	await withFolder(async (state) => {
		const gateway = await startGatewayProcess(state);
		expect(gateway.ready).toEqual({
			ready: true,
			url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
			account: 'demo',
			mcp_url: `${gateway.ready.url}/demo/api/mcp`,
			token: expect.stringMatching(/^mcp_[A-Za-z0-9_-]{43}$/),
			email: expect.stringContaining('@'),
			password: expect.stringMatching(/^.{12,}$/),
			admin_token: expect.stringMatching(/^.{32,}$/),
		});
		expect(await whoAmI(gateway)).toBe(200);
		const runtime = await runtimeOf(state);
		expect(await gateway.end('SIGTERM')).toBe(0);
		expect(alive(runtime)).toBe(false);
		expect(gateway.output.stdout.trimEnd().split('\n')).toHaveLength(1);
	});
});

test('a second start on the same state has the same secrets, and SIGINT ends it as well', async () => {
	await withFolder(async (state) => {
		const first = await startGatewayProcess(state);
		expect(await first.end('SIGINT')).toBe(0);
		const second = await startGatewayProcess(state);
		const { url: _, mcp_url: __, ...secrets } = first.ready;
		expect(second.ready).toMatchObject(secrets);
		expect(await whoAmI(second)).toBe(200);
		expect((await stat(join(state, 'secrets.json'))).mode & 0o777).toBe(0o600);
		expect(await second.end('SIGTERM')).toBe(0);
	});
});

test('a state folder in use is refused, and the process that holds it is named', async () => {
	await withFolder(async (state) => {
		const first = await startGatewayProcess(state);
		const second = await headgate(['start', '--json', '--state', state, '--port', '0']);
		expect(second).toMatchObject({ status: 1, stdout: '' });
		expect(second.stderr).toContain(`process ${first.pid}`);
		expect(second.stderr).toContain('--state DIR');
		expect(await whoAmI(first)).toBe(200);
		await first.end('SIGTERM');
	});
});

test('a gateway killed with -9 takes its runtime with it', async () => {
	await withFolder(async (state) => {
		const gateway = await startGatewayProcess(state);
		const runtime = await runtimeOf(state);
		expect(await gateway.end('SIGKILL')).toBe('SIGKILL');
		await vi.waitFor(() => expect(alive(runtime)).toBe(false), 60_000);
	});
});

test('where the runtime outlives a killed gateway, the next start on that state ends it', async () => {
	await withFolder(async (state) => {
		const first = await startGatewayProcess(state, [], { HEADGATE_UNTIED: '1' });
		const runtime = await runtimeOf(state);
		await first.end('SIGKILL');
		expect(alive(runtime)).toBe(true);
		const second = await startGatewayProcess(state);
		await vi.waitFor(() => expect(alive(runtime)).toBe(false), 60_000);
		expect(await whoAmI(second)).toBe(200);
		await second.end('SIGTERM');
	});
});

test('a process that only has the number of an old runtime is left alone', async () => {
	await withFolder(async (state) => {
		await writeFile(join(state, 'workerd.pid'), `${process.pid}\n`);
		const gateway = await startGatewayProcess(state);
		expect(await whoAmI(gateway)).toBe(200);
		expect(await gateway.end('SIGTERM')).toBe(0);
	});
});

test('a port in use is told with its number', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address() as { port: number };
	await withFolder(async (state) => {
		const outcome = await headgate(['start', '--state', state, '--port', String(port)]);
		expect(outcome).toMatchObject({ status: 1, stdout: '' });
		expect(outcome.stderr).toContain(`Port ${port} on 127.0.0.1 is in use`);
		expect(outcome.stderr).not.toMatch(/\n\s+at /);
	});
	server.close();
});

test.each([
	[['start', '--port', '70000'], '--port 70000'],
	[['start', '--prot', '1'], '--prot'],
	[['start', 'now'], 'Unexpected: now'],
	[['stat'], 'there is no command "stat"'],
])('%j is answered with status 2 and what is valid', async (args, told) => {
	const outcome = await headgate(args);
	expect(outcome).toMatchObject({ status: 2, stdout: '' });
	expect(outcome.stderr).toContain(told);
});
