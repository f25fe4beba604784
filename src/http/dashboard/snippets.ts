import { resourceUrl } from '../../auth/resource.ts';

/** What to paste where, for one connection; `token` is the real one on the page that shows it once. */
export interface Snippet {
	readonly id: string;
	readonly label: string;
	readonly where: string;
	readonly text: string;
}

export function snippets(url: string, token: string): readonly Snippet[] {
	const header = `Authorization: Bearer ${token}`;
	const json = (value: unknown) => JSON.stringify(value, null, 2);
	return [
		{ id: 'claude-code', label: 'Claude Code', where: 'In a terminal', text: `claude mcp add --transport http headgate ${url} \\\n  --header "${header}"` },
		{
			id: 'claude-desktop',
			label: 'Claude Desktop',
			where: 'claude_desktop_config.json (Settings → Developer → Edit Config), then quit and reopen',
			text: json({ mcpServers: { headgate: { command: 'npx', args: ['-y', 'mcp-remote', url, ...allowHttp(url), '--header', header] } } }),
		},
		{
			id: 'cursor',
			label: 'Cursor',
			where: '~/.cursor/mcp.json',
			text: json({ mcpServers: { headgate: { url, headers: { Authorization: `Bearer ${token}` } } } }),
		},
		{
			id: 'vs-code',
			label: 'VS Code',
			where: '.vscode/mcp.json',
			text: json({ servers: { headgate: { type: 'http', url, headers: { Authorization: `Bearer ${token}` } } } }),
		},
		{
			id: 'chatgpt',
			label: 'ChatGPT',
			where: 'Settings → Connectors → Add custom connector (OAuth needs no token)',
			text: `Server URL: ${url}\nAuthentication: OAuth, or bearer token:\n${token}`,
		},
		{
			id: 'inspector',
			label: 'MCP Inspector',
			where: 'In a terminal',
			text: `npx @modelcontextprotocol/inspector --cli ${url} --transport http \\\n  --header "${header}" --method tools/list`,
		},
		{
			id: 'openai-agents',
			label: 'OpenAI Agents SDK',
			where: 'Python',
			text: `from agents.mcp import MCPServerStreamableHttp\n\nheadgate = MCPServerStreamableHttp(\n    name="headgate",\n    params={"url": "${url}", "headers": {"Authorization": "Bearer ${token}"}},\n)`,
		},
		{
			id: 'curl',
			label: 'curl',
			where: 'In a terminal',
			text: `curl -X POST '${url}' \\\n  -H '${header}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`,
		},
	];
}

/** What to paste for a pre-registered client: its way through the browser, its way without one, or both. */
export function clientSnippets(
	origin: string,
	slug: string,
	client: { readonly id: string; readonly secret: string; readonly redirectUris: readonly string[]; readonly automation: boolean },
): readonly Snippet[] {
	const url = resourceUrl(origin, slug);
	const port = client.redirectUris.map((uri) => (URL.canParse(uri) ? new URL(uri).port : '')).find((one) => one !== '') ?? '6545';
	const info = JSON.stringify({ client_id: client.id, client_secret: client.secret });
	const bridge = {
		id: 'mcp-remote',
		label: 'With mcp-remote',
		where: 'It opens the browser and waits on that port; the redirect URI must be http://localhost/oauth/callback, with or without the port',
		text: `npx -y mcp-remote ${[url, port, ...allowHttp(url)].join(' ')} \\\n  --static-oauth-client-info '${info}'`,
	};
	const automation = {
		id: 'client-credentials',
		label: 'Without a person',
		where: 'Gives an access token; ask for the next one when it has expired',
		text: `curl -X POST '${origin}/oauth/token' \\\n  -u '${client.id}:${client.secret}' \\\n  -d grant_type=client_credentials`,
	};
	return [...(client.redirectUris.some((uri) => uri !== '') ? [bridge] : []), ...(client.automation ? [automation] : [])];
}

/** mcp-remote refuses plain http unless told. */
function allowHttp(url: string): string[] {
	return url.startsWith('http:') ? ['--allow-http'] : [];
}
