import { env } from 'cloudflare:test';
import { inject, test } from 'vitest';
import type { ConnectorEnv, EmbeddedDatabase, TableStore } from '../../../src/connectors/connector.ts';
import { sqlite } from '../../../src/connectors/sqlite/index.ts';
import { postgresql } from '../../../src/connectors/postgresql/index.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { aBatch, aDestination, type } from '../suite/rows.ts';

const fields = { id: 'long', name: 'string', price: 'double', flag: 'boolean', at: 'datetime', text: 'string', big: 'long', dec: 'decimal(12,2)' };
const N = 200_000, B = 8000;
const server = inject('servers').postgresql;
const cenv = { allowPrivateHosts: true, database: (a: number) => env.DATABASES.getByName(`database:${a}`) as unknown as EmbeddedDatabase } as unknown as ConnectorEnv;
async function bench(name: string, store: TableStore) {
	const batches = Array.from({ length: N / B }, (_, b) => aBatch(fields, Array.from({ length: B }, (_, i) => { const n = b * B + i; return [n, `name ${n % 977}`, n * 1.37, n % 2 === 0, 1704067200000 + n * 1000, `a somewhat longer text value ${n}`, n * 7, n]; })));
	const t = (l: string, ms: number, n = N) => console.log(name, l, ms.toFixed(0), 'ms', (n / ms).toFixed(0), 'k rows/s');
	for (const op of ['append', 'truncate_and_insert', 'merge_update_insert'] as const) {
		const w = store.writer({ destination: aDestination('bench_' + op, fields, { operation: op, mergeKeys: ['id'] }), owner: 'o' + op, mergeCondition: null });
		await w.begin();
		let t0 = performance.now(); for (const [i, b] of batches.entries()) await w.write(b, i); t(op + ' write', performance.now() - t0);
		t0 = performance.now(); await w.commit(); t(op + ' commit', performance.now() - t0);
	}
	for (const from of [{ schema: null, table: 'bench_append' }, { query: 'select * from bench_append', parameters: [] }]) {
		const read = { from, columns: Object.entries(fields).map(([n, k]) => ({ source: n, name: n, type: type(k) })), where: null, splitBy: null, pageRows: 8000 };
		let t0 = performance.now(), c: string | null = null, n = 0; do { const p: any = await store.readPage(read, c); n += p.batch.length; c = p.cursor; } while (c !== null); t('read ' + Object.keys(from)[0], performance.now() - t0, n);
	}
}
test('sqlite', async () => { await bench('sqlite', await sqlite.open({ accountId: 1, config: {}, secrets: {} }, cenv) as TableStore); }, 120000);
test('pg', async () => { await bench('pg', await postgresql.open({ accountId: 1, config: { host: server.host, port: server.port, database: server.database, username: server.username, ssl: 'disable' }, secrets: { password: new Secret(server.password) } }, cenv) as TableStore); }, 120000);
