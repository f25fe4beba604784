import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { snippets } from '../../../src/http/dashboard/snippets.ts';

const ADDRESS = 'https://headgate.example/acme/api/mcp';
const TOKEN = `mcp_${'a'.repeat(43)}`;
const headers = { Authorization: `Bearer ${TOKEN}` };
const text = (id: string): string => snippets(ADDRESS, TOKEN).find((snippet) => snippet.id === id)?.text ?? '';

test('every snippet names the address and the token, and no two are for the same assistant', () => {
	const all = snippets(ADDRESS, TOKEN);
	expect(all.filter((snippet) => !snippet.text.includes(ADDRESS) || !snippet.text.includes(TOKEN)).map(({ id }) => id)).toEqual([]);
	expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test('what Cursor and VS Code are to paste is the JSON that their documents describe', () => {
	expect(JSON.parse(text('cursor'))).toEqual({ mcpServers: { headgate: { url: ADDRESS, headers } } });
	expect(JSON.parse(text('vs-code'))).toEqual({ servers: { headgate: { type: 'http', url: ADDRESS, headers } } });
});

test('ChatGPT is told the address, and the token for whom OAuth does not suit', () => {
	const [address, authentication, token] = text('chatgpt').split('\n');
	expect([address, authentication, token]).toEqual([`Server URL: ${ADDRESS}`, 'Authentication: OAuth, or bearer token:', TOKEN]);
});

test('the OpenAI Agents snippet is a call with the address and the header', () => {
	const call = /^headgate = MCPServerStreamableHttp\(\n {4}name="headgate",\n {4}params=(\{.*\}),\n\)$/m.exec(text('openai-agents'));
	// A dictionary of texts is written in Python as in JSON.
	expect(JSON.parse(call?.[1] ?? '')).toEqual({ url: ADDRESS, headers });
});

test.skipIf(!hasPython())('Python parses the OpenAI Agents snippet, and imports the class that it calls', () => {
	const read = [
		'import ast, sys, json',
		'tree = ast.parse(sys.stdin.read())',
		'imported = [f"{n.module}.{a.name}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names]',
		'called = [n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call)]',
		'print(json.dumps([imported, called]))',
	].join('\n');
	const seen = JSON.parse(execFileSync('python3', ['-c', read], { input: text('openai-agents'), encoding: 'utf8' }));
	expect(seen).toEqual([['agents.mcp.MCPServerStreamableHttp'], ['MCPServerStreamableHttp']]);
});

function hasPython(): boolean {
	try {
		execFileSync('python3', ['--version'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}
