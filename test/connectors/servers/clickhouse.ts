import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Servers } from './start.ts';

interface ChdbSession {
	query(sql: string, format: string): string;
	cleanup(): void;
}

const PASSWORD = 'under test:+/%';
/** Parameters of the HTTP interface itself, which are no settings of a query. */
const OF_HTTP: ReadonlySet<string> = new Set(['wait_end_of_query', 'default_format', 'readonly']);
const READS = /^\s*(?:SELECT|WITH|DESCRIBE|DESC|SHOW|EXPLAIN|EXISTS|VALUES)\b/i;

/**
 * ClickHouse itself, in this process (npm package chdb, half a gigabyte, so not among the dependencies), behind as much of its HTTP
 * interface as the connector speaks; null where the package is not installed.
 */
export async function startClickhouse(): Promise<{ access: Servers['clickhouse']; close(): Promise<void> }> {
	const require = createRequire(import.meta.url);
	let chdb: { Session: new (path: string) => ChdbSession };
	try {
		chdb = require('chdb');
	} catch {
		return { access: null, close: async () => {} };
	}
	const directory = mkdtempSync(join(tmpdir(), 'clickhouse-'));
	const session = new chdb.Session(join(directory, 'data'));
	session.query('CREATE DATABASE under_test ENGINE = Atomic', 'TSV');
	session.query('USE under_test', 'TSV');
	const server = createServer((request, response) => {
		void answer(session, request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		access: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, database: 'under_test', username: 'default', password: PASSWORD },
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => {
					session.cleanup();
					rmSync(directory, { recursive: true, force: true });
					resolve();
				});
			}),
	};
}

async function answer(session: ChdbSession, request: IncomingMessage, response: ServerResponse): Promise<void> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const sql = Buffer.concat(chunks).toString();
	const parameters = new URL(request.url ?? '/', 'http://host').searchParams;
	const settings = [...parameters].filter(([name]) => !OF_HTTP.has(name)).map(([name, value]) => `${name} = '${value.replaceAll("'", "\\'")}'`);
	const fail = (text: string) => {
		const code = /Code: (\d+)/.exec(text)?.[1] ?? '1002';
		response.writeHead(code === '516' ? 403 : 500, { 'X-ClickHouse-Exception-Code': code });
		response.end(text.replace(/^Query failed: /, ''));
	};
	if (request.headers['x-clickhouse-key'] !== PASSWORD)
		return fail('Code: 516. DB::Exception: default: Authentication failed: password is incorrect, or there is no user with such name.');
	try {
		if (parameters.has('readonly') && !READS.test(sql)) return fail('Code: 164. DB::Exception: default: Cannot execute query in readonly mode. (READONLY)');
		const all = [...settings, ...(parameters.has('readonly') ? ['readonly = 2'] : [])];
		const settled = READS.test(sql) && all.length > 0 ? `${sql}\nSETTINGS ${all.join(', ')}` : sql;
		if (!READS.test(sql) && settings.length > 0) session.query(`SET ${settings.join(', ')}`, 'TSV');
		const result = session.query(settled, parameters.get('default_format') ?? 'TSV');
		response.writeHead(200);
		response.end(result);
	} catch (error) {
		fail((error as Error).message);
	}
}
