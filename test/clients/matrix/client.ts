/** A real MCP client, reduced to what every one of them can do. */
export interface ClientUnderTest {
	listTools(): Promise<readonly string[]>;
	/** A tool's answer, or the client's own error where it turns an answer into one. */
	callTool(name: string, args: Readonly<Record<string, unknown>>): Promise<{ readonly text: string; readonly failed: boolean }>;
	close(): Promise<void>;
}

export interface Where {
	readonly mcp_url: string;
	readonly token: string;
}

/** The text items of a result as one text. */
export function textOf(content: unknown): string {
	if (!Array.isArray(content)) return JSON.stringify(content);
	return content.map((item: { text?: string }) => item.text ?? '').join('\n');
}
