/** What a hosted or desktop client is documented to send: hosts that cannot be run here are replayed on the wire. */
export interface Host {
	readonly name: string;
	/** RFC 7591 registration as it sends it. */
	readonly registration: Readonly<Record<string, unknown>>;
	readonly redirectUri: string;
	/** Where it looks for the authorization server's metadata first. */
	readonly discovery: '/.well-known/oauth-authorization-server' | '/.well-known/openid-configuration';
	readonly protocolVersion: string;
	readonly capabilities: Readonly<Record<string, unknown>>;
	readonly clientInfo: { readonly name: string; readonly version: string };
	readonly headers: Readonly<Record<string, string>>;
	/** ChatGPT opens a new session for every tool call. */
	readonly handshakeEachCall: boolean;
}

const CODE_AND_REFRESH = { grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], token_endpoint_auth_method: 'none' };

export const HOSTS: readonly Host[] = [
	{
		// developers.openai.com/apps-sdk/build/auth
		name: 'ChatGPT',
		registration: { ...CODE_AND_REFRESH, client_name: 'ChatGPT', redirect_uris: ['https://chatgpt.com/connector/oauth/OUbdUMlL15Ct'] },
		redirectUri: 'https://chatgpt.com/connector/oauth/OUbdUMlL15Ct',
		discovery: '/.well-known/openid-configuration',
		protocolVersion: '2025-11-25',
		capabilities: { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } } },
		clientInfo: { name: 'openai-mcp', version: '1.0.0' },
		headers: { accept: 'application/json, text/event-stream', 'user-agent': 'openai-mcp/1.0.0' },
		handshakeEachCall: true,
	},
	{
		// claude.com/docs/connectors/building/authentication
		name: 'claude.ai',
		registration: {
			...CODE_AND_REFRESH,
			client_name: 'Claude',
			redirect_uris: ['https://claude.ai/api/mcp/auth_callback', 'https://claude.com/api/mcp/auth_callback'],
			scope: 'read write run',
		},
		redirectUri: 'https://claude.ai/api/mcp/auth_callback',
		discovery: '/.well-known/oauth-authorization-server',
		protocolVersion: '2025-11-25',
		capabilities: {},
		clientInfo: { name: 'claude-ai', version: '0.1.0' },
		headers: { accept: 'text/event-stream, application/json', 'user-agent': 'python-httpx/0.28.1' },
		handshakeEachCall: false,
	},
	{
		// cursor.com/docs/context/mcp
		name: 'Cursor',
		registration: {
			...CODE_AND_REFRESH,
			client_name: 'Cursor',
			redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback', 'http://localhost:8787/callback', 'https://www.cursor.com/agents/mcp/oauth/callback'],
		},
		redirectUri: 'cursor://anysphere.cursor-mcp/oauth/callback',
		discovery: '/.well-known/oauth-authorization-server',
		protocolVersion: '2025-06-18',
		capabilities: { tools: true, prompts: true, resources: true, logging: false, elicitation: {}, roots: { listChanged: false } },
		clientInfo: { name: 'cursor-vscode', version: '1.0.0' },
		headers: { accept: 'application/json, text/event-stream', 'user-agent': 'Cursor/2.0 (linux x64)' },
		handshakeEachCall: false,
	},
	{
		// code.visualstudio.com/api/extension-guides/ai/mcp
		name: 'VS Code',
		registration: {
			...CODE_AND_REFRESH,
			client_name: 'Visual Studio Code',
			client_uri: 'https://code.visualstudio.com',
			application_type: 'native',
			redirect_uris: ['https://insiders.vscode.dev/redirect', 'https://vscode.dev/redirect', 'http://127.0.0.1/', 'http://127.0.0.1:33418/'],
		},
		redirectUri: 'http://127.0.0.1:33418/',
		discovery: '/.well-known/oauth-authorization-server',
		protocolVersion: '2025-11-25',
		capabilities: { roots: { listChanged: true }, sampling: {}, elicitation: { form: {}, url: {} } },
		clientInfo: { name: 'Visual Studio Code', version: '1.110.0' },
		headers: { accept: 'text/event-stream, application/json', 'user-agent': 'node' },
		handshakeEachCall: false,
	},
];
