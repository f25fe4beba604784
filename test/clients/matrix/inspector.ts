import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NODE } from '../../support/gateway-process.ts';
import { type ClientUnderTest, textOf, type Where } from './client.ts';

const INSPECTOR = new URL('../../../node_modules/.bin/mcp-inspector', import.meta.url).pathname;

/** The Inspector's command line, a process for each request. */
export function inspector(era: 'legacy' | 'modern'): (where: Where) => Promise<ClientUnderTest> {
	return async ({ mcp_url, token }) => {
		const inspect = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
			const target = ['--cli', mcp_url, '--transport', 'http', '--header', `Authorization: Bearer ${token}`, '--protocol-era', era];
			// It ends with another status where the tool's answer is an error, and prints it all the same.
			const { stdout } = await promisify(execFile)(NODE, [INSPECTOR, ...target, ...args]).catch((error: { stdout: string }) => error);
			return JSON.parse(stdout) as Record<string, unknown>;
		};
		return {
			listTools: async () => ((await inspect('--method', 'tools/list'))['tools'] as readonly { name: string }[]).map(({ name }) => name),
			callTool: async (name, args) => {
				const given = Object.entries(args).flatMap(([key, value]) => ['--tool-arg', `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`]);
				const result = await inspect('--method', 'tools/call', '--tool-name', name, ...given);
				return { text: textOf(result['content']), failed: result['isError'] === true };
			},
			close: async () => {},
		};
	};
}
