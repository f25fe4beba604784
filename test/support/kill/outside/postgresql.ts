import { Client } from 'pg';
import { startPostgres } from '../../../connectors/servers/postgresql.ts';
import { AROUND_KEYS, OPERATIONS, toTable } from '../scenarios/tables.ts';
import type { Outside } from './outside.ts';

export async function postgresql(): Promise<Outside> {
	const server = await startPostgres();
	const { port, database, username, password } = server.access;
	const find = async (_: unknown, table: string) => {
		const client = new Client({ host: '127.0.0.1', port, database, user: username, password });
		await client.connect();
		try {
			const staging = await client.query("SELECT count(*)::int AS n FROM pg_tables WHERE tablename LIKE '\\_headgate\\_stage%'");
			const there = await client.query('SELECT to_regclass($1) AS name', [`public.${table}`]);
			const rows = there.rows[0]?.name === null ? null : (await client.query(`SELECT * FROM public."${table}"`)).rows;
			return { rows, staged: Number(staging.rows[0]?.n) };
		} finally {
			await client.end();
		}
	};
	return {
		scenarios: [...OPERATIONS, AROUND_KEYS].map((operation) => toTable('postgresql', operation, find)),
		connections: { postgresql: { config: { host: '127.0.0.1', port, database, username, ssl: 'disable' }, secrets: { password } } },
		close: server.close,
	};
}
