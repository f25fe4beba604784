import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSecrets, saveSecrets } from '../../../src/cli/embedded/secrets.ts';

let state: string;
beforeEach(async () => {
	state = await mkdtemp(join(tmpdir(), 'headgate-secrets-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

test('secrets are made once, readable by their owner alone, and the same ever after', async () => {
	const made = await loadSecrets(state);
	expect(Buffer.from(made.seal_key, 'base64')).toHaveLength(32);
	expect(made.token).toBeNull();
	expect(await loadSecrets(state)).toEqual(made);
	expect((await stat(join(state, 'secrets.json'))).mode & 0o777).toBe(0o600);
});

test('a draft that a killed start left open to others is closed before it becomes the file', async () => {
	await writeFile(join(state, 'secrets.json.new'), 'half');
	await chmod(join(state, 'secrets.json.new'), 0o644);
	const made = await loadSecrets(state);
	await saveSecrets(state, { ...made, token: 'mcp_x' });
	expect((await stat(join(state, 'secrets.json'))).mode & 0o777).toBe(0o600);
	expect((await loadSecrets(state)).token).toBe('mcp_x');
});

test.each([
	['{ "admin_token": "a"', 'is not JSON'],
	['{ "admin_token": "a" }', 'has no "seal_key"'],
])('a damaged file is told, not replaced: %s', async (text, told) => {
	await writeFile(join(state, 'secrets.json'), text);
	await expect(loadSecrets(state)).rejects.toThrow(told);
	expect(await readFile(join(state, 'secrets.json'), 'utf8')).toBe(text);
});
