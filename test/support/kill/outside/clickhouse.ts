import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Servers } from '../../../connectors/servers/start.ts';
import { OPERATIONS, toTable } from '../scenarios/tables.ts';
import type { Outside } from './outside.ts';

/** Null where the npm package chdb is not installed. */
export async function clickhouse(): Promise<Outside | null> {
	const server = fork(join(import.meta.dirname, 'clickhouse-process.ts'));
	const ended = once(server, 'exit');
	const close = async () => {
		server.kill('SIGTERM');
		await ended;
	};
	const [access] = (await once(server, 'message')) as [Servers['clickhouse']];
	if (access === null) {
		await close();
		return null;
	}
	const { url, database, username, password } = access;
	const ask = async (sql: string): Promise<Record<string, unknown>[]> => {
		const answer = await fetch(`${url}/?default_format=JSONEachRow`, {
			method: 'POST',
			body: sql,
			headers: { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password },
		});
		const text = await answer.text();
		if (!answer.ok) throw new Error(text);
		return text
			.split('\n')
			.filter((line) => line !== '')
			.map((line) => JSON.parse(line) as Record<string, unknown>);
	};
	const find = async (_: unknown, table: string) => {
		const names = (await ask(`SELECT name FROM system.tables WHERE database = '${database}'`)).map(({ name }) => String(name));
		const staged = names.filter((name) => /^_headgate_(?:stage|fresh)/.test(name)).length;
		return { rows: names.includes(table) ? await ask(`SELECT * FROM ${database}.\`${table}\``) : null, staged };
	};
	return {
		scenarios: OPERATIONS.map((operation) => toTable('clickhouse', operation, find)),
		connections: { clickhouse: { config: { url, database, username }, secrets: { password } } },
		close,
	};
}
