/** How to connect one's own assistant to a gateway: printed when the demo keeps serving. */
export function connectingText(mcpUrl: string, token: string): string {
	const header = `Authorization: Bearer ${token}`;
	return [
		'Connect your own assistant',
		'',
		'  Claude Code',
		`    claude mcp add --transport http headgate ${mcpUrl} --header "${header}"`,
		'',
		'  MCP Inspector',
		`    npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http --header "${header}" --method tools/list`,
		'',
		'  Anything that speaks HTTP',
		`    curl -X POST ${mcpUrl} -H "${header}" -H 'Content-Type: application/json' \\`,
		`      -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_packages","arguments":{}}}'`,
		'',
		'Then ask it: "Which packages do I have, and why did the last run fail?"',
		'',
	].join('\n');
}
