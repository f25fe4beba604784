import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const { url, account, token } = inject('gateway');

/** What other systems' documentation tells people to type, with our host, account and token: nothing else may have to change. */
async function typed(
	command: string,
): Promise<{ readonly result?: { readonly isError?: boolean; readonly content?: readonly { readonly text: string }[]; readonly tools?: readonly unknown[] } }> {
	const ours = command
		.replaceAll('https://api.xplenty.com', url)
		.replaceAll('https://app.apixx.io', url)
		.replaceAll('YOUR_ACCOUNT_ID', account)
		.replaceAll('YOUR_ACCESS_TOKEN', token)
		.replaceAll('mcp_••••••••', token);
	const { stdout } = await promisify(execFile)('sh', ['-c', ours]);
	return JSON.parse(stdout);
}

test('packages are listed', async () => {
	const { result } = await typed(`curl -X POST 'https://api.xplenty.com/YOUR_ACCOUNT_ID/api/mcp' \\
  -H 'Authorization: Bearer YOUR_ACCESS_TOKEN' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {
      "name": "list_packages",
      "arguments": { "status": "active", "limit": 10 }
    }
  }'`);
	expect(result).toMatchObject({ structuredContent: { packages: expect.any(Array) } });
});

test('a run that is not there is told as such when its failure is asked for', async () => {
	const { result } = await typed(`curl -X POST 'https://api.xplenty.com/YOUR_ACCOUNT_ID/api/mcp' \\
  -H 'Authorization: Bearer YOUR_ACCESS_TOKEN' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {
      "name": "explain_job_failure",
      "arguments": { "run_id": 123456, "log_tail_lines": 100 }
    }
  }'`);
	expect(result?.isError).toBe(true);
	expect(result?.content?.[0]?.text).toContain('123456');
});

test('a connection that is not there is told as such when its data is asked for', async () => {
	const { result } = await typed(`curl -X POST 'https://api.xplenty.com/YOUR_ACCOUNT_ID/api/mcp' \\
  -H 'Authorization: Bearer YOUR_ACCESS_TOKEN' \\
  -H 'Content-Type: application/json' \\
  -d '{
    "jsonrpc": "2.0",
    "id": 3,
    "method": "tools/call",
    "params": {
      "name": "preview_data",
      "arguments": {
        "connection_id": 42,
        "table": "orders",
        "row_count": 20,
        "where_clause": "amount > 1000"
      }
    }
  }'`);
	expect(result?.isError).toBe(true);
	expect(result?.content?.[0]?.text).toContain('connection not found, or not a database connection');
});

test('tools are listed at the address without an account', async () => {
	const { result } = await typed(`curl -X POST https://app.apixx.io/mcp \\
-H "Authorization: Bearer mcp_••••••••" \\
-H "Accept: application/json, text/event-stream" \\
-H "Content-Type: application/json" \\
-d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`);
	expect(result?.tools?.length).toBeGreaterThan(10);
});
