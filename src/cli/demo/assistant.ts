import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { AppError } from '../../lib/errors.ts';

/** A real MCP client, as an assistant would use one: everything it learns comes over the protocol. */
export interface Assistant {
	/** The protocol revision that was agreed upon. */
	readonly protocol: string;
	tools(): Promise<readonly string[]>;
	/** The structured result of a tool; a result that says it is an error becomes an AppError with its text. */
	call<Result>(tool: string, input: Readonly<Record<string, unknown>>, onProgress?: (progress: number, message: string) => void): Promise<Result>;
	close(): Promise<void>;
}

export async function connectAssistant(mcpUrl: string, token: string): Promise<Assistant> {
	const client = new Client({ name: 'headgate-demo', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
	await client.connect(new StreamableHTTPClientTransport(new URL(mcpUrl), { requestInit: { headers: { authorization: `Bearer ${token}` } } }));
	return {
		protocol: client.getNegotiatedProtocolVersion() ?? 'unknown',
		async tools() {
			return (await client.listTools()).tools.map((tool) => tool.name);
		},
		async call<Result>(name: string, input: Readonly<Record<string, unknown>>, onProgress?: (progress: number, message: string) => void): Promise<Result> {
			const told =
				onProgress === undefined
					? {}
					: { onprogress: (step: { progress: number; message?: string | undefined }) => onProgress(step.progress, step.message ?? '') };
			const result = await client.callTool({ name, arguments: { ...input } }, told);
			if (result.isError === true) throw new AppError('upstream', `${name}: ${textOf(result.content)}`);
			return result.structuredContent as Result;
		},
		close: () => client.close(),
	};
}

const textOf = (content: readonly { readonly type: string }[]): string =>
	content.flatMap((part) => ('text' in part && typeof part.text === 'string' ? [part.text] : [])).join('\n');
