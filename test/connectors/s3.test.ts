import { expect, inject, test } from 'vitest';
import type { ConnectorEnv, FileStore } from '../../src/connectors/connector.ts';
import { s3 } from '../../src/connectors/s3/index.ts';
import { Secret } from '../../src/lib/secret.ts';
import { filesConformance } from './suite/files.ts';

const access = inject('servers').s3;

async function open(config: Readonly<Record<string, unknown>> = {}, secret = access.secretAccessKey): Promise<FileStore> {
	const settings = { accountId: 1, config: { endpoint: access.url, bucket: access.bucket, access_key_id: access.accessKeyId, ...config } };
	const env = { fetch: fetch.bind(globalThis), allowPrivateHosts: true } as unknown as ConnectorEnv;
	return (await s3.open({ ...settings, secrets: { secret_access_key: new Secret(secret) } }, env)) as FileStore;
}

filesConformance('s3', { bucket: null, open: () => open({ prefix: 'one' }), other: () => open({ prefix: 'two/' }) });

test('a wrong key is told without the key', async () => {
	const result = await (await open({}, 'canary-secret-key')).check();
	expect(result).toMatchObject({ ok: false, message: expect.stringContaining('SignatureDoesNotMatch') });
	expect(result.message).not.toContain('canary');
});

test('a bucket that is not there is told by name, and is not worth another try', async () => {
	const store = await open();
	await expect(store.list({ bucket: 'no-such-bucket', prefix: '', after: null })).rejects.toMatchObject({
		code: 'upstream',
		retryable: false,
		message: expect.stringContaining('NoSuchBucket'),
	});
	await expect(store.stat('../under-test', 'x')).rejects.toMatchObject({ code: 'invalid_input' });
});
