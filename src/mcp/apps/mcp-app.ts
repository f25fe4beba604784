/** A view that a host with MCP Apps shows in place of a tool's answer. The answer's text says the same to everybody else. */
export interface App {
	readonly uri: `ui://headgate/${string}`;
	readonly title: string;
	/** The tools whose answers it draws. */
	readonly tools: readonly string[];
	readonly style: string;
	readonly script: string;
}

/** The media type of MCP Apps. */
export const APP_MIME = 'text/html;profile=mcp-app';

/** The protocol extension by which servers and clients say that they know MCP Apps. */
export const APP_EXTENSION = 'io.modelcontextprotocol/ui';
