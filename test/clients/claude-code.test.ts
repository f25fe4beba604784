import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { withFolder } from '../support/gateway-process.ts';

const gateway = inject('gateway');
/** The program inside the package of this platform: its installer, which would copy it elsewhere, is not run. */
const [CLAUDE] = globSync(join(import.meta.dirname, '../../node_modules/@anthropic-ai/claude-code-*/claude')).filter(existsSync);

/** Claude Code with a home of its own and no way to anywhere but the gateway. */
async function claude(home: string, ...args: readonly string[]): Promise<string> {
	const env = { HOME: home, PATH: '/usr/bin:/bin', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };
	const { stdout } = await promisify(execFile)(CLAUDE ?? '', args, { env: env as unknown as NodeJS.ProcessEnv, cwd: home, timeout: 90_000 });
	return stdout;
}

describe.skipIf(CLAUDE === undefined && process.env['CI'] === undefined)('Claude Code', () => {
	test('adds the gateway by the command of the README, connects, and shows it', () =>
		withFolder(async (home) => {
			const header = `Authorization: Bearer ${gateway.token}`;
			expect(await claude(home, 'mcp', 'add', '--transport', 'http', '--scope', 'user', 'headgate', gateway.mcp_url, '--header', header)).toContain('headgate');
			expect(await claude(home, 'mcp', 'list')).toMatch(/headgate: \S+ \(HTTP\) - .*Connected/);
			const shown = await claude(home, 'mcp', 'get', 'headgate');
			expect(shown).toContain(gateway.mcp_url);
			expect(shown).toMatch(/Status: .*Connected/);
		}));

	test('without a token is told to authenticate, and says so', () =>
		withFolder(async (home) => {
			await claude(home, 'mcp', 'add', '--transport', 'http', '--scope', 'user', 'headgate', gateway.mcp_url);
			expect(await claude(home, 'mcp', 'list')).toMatch(/headgate: \S+ \(HTTP\) - .*Needs authentication/);
		}));
});
