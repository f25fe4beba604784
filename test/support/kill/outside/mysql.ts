import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { startMysql } from '../../../connectors/servers/mysql.ts';
import { AROUND_KEYS, OPERATIONS, toTable } from '../scenarios/tables.ts';
import type { Outside } from './outside.ts';

/** Null where no MariaDB is installed. */
export async function mysql(): Promise<Outside | null> {
	const server = await startMysql();
	if (server.access === null) return null;
	const { port, database, username, password } = server.access;
	const find = async (_: unknown, table: string) => {
		const client = await createConnection({ host: '127.0.0.1', port, database, user: username, password });
		try {
			const [names] = await client.query<RowDataPacket[]>('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?', [database]);
			const staged = names.filter(({ name }) => String(name).startsWith('_headgate_stage')).length;
			if (!names.some(({ name }) => name === table)) return { rows: null, staged };
			const [rows] = await client.query<RowDataPacket[]>(`SELECT * FROM \`${table}\``);
			return { rows, staged };
		} finally {
			await client.end();
		}
	};
	return {
		scenarios: [...OPERATIONS, AROUND_KEYS].map((operation) => toTable('mysql', operation, find)),
		connections: { mysql: { config: { host: '127.0.0.1', port, database, username, ssl: 'disable' }, secrets: { password } } },
		close: server.close,
	};
}
