import { env, runInDurableObject } from 'cloudflare:test';
import { test } from 'vitest';
test('rpc', async () => {
	const db = env.DATABASES.getByName('x') as any;
	await db.transact([{ sql: 'create table t (a bigint, b text, c real, d boolean, e datetime, f text, g bigint, h decimal(12,2))', bindings: [] }, { sql: "insert into t with recursive c(x) as (select 1 union all select x+1 from c limit 80000) select x, 'name '||(x%977), x*1.37, x%2, '2024-01-01 00:00:00', 'a somewhat longer text value '||x, x*7, x/100.0 from c", bindings: [] }], { undo: false });
	for (const r of [1, 2]) {
		let t0 = performance.now(); let n = 0;
		for (let p = 0; p < 10; p++) { const a = await db.query({ sql: 'select * from t where rowid > ? limit 8000', bindings: [p * 8000] }, { maxRows: 8000, maxBytes: 1e8, readOnly: true }); n += a.value.rows.length; }
		console.log('rpc total', (performance.now() - t0).toFixed(0), n);
		const ex = (x: string) => `CASE WHEN typeof(${x}) = 'integer' AND (${x} > 9007199254740991 OR ${x} < -9007199254740991) THEN CAST(${x} AS TEXT) ELSE ${x} END`;
		await runInDurableObject(db, (_i: any, s: any) => {
			let t1 = performance.now(); let rows: any[] = [];
			for (let p = 0; p < 10; p++) rows = [...s.storage.sql.exec('select * from t where rowid > ? limit 8000', p * 8000).raw()];
			console.log('sql raw only', (performance.now() - t1).toFixed(0));
			t1 = performance.now();
			for (let p = 0; p < 10; p++) rows = [...s.storage.sql.exec(`select ${[...'abcdefgh'].map(ex).join()} from t where rowid > ? limit 8000`, p * 8000).raw()];
			console.log('sql exactly', (performance.now() - t1).toFixed(0));
			t1 = performance.now(); let j = ''; for (let p = 0; p < 10; p++) j = JSON.stringify(rows); console.log('stringify', (performance.now() - t1).toFixed(0), j.length);
			t1 = performance.now(); for (let p = 0; p < 10; p++) JSON.parse(j); console.log('parse', (performance.now() - t1).toFixed(0));
			t1 = performance.now(); for (let p = 0; p < 10; p++) structuredClone(rows); console.log('clone', (performance.now() - t1).toFixed(0));
			t1 = performance.now(); for (let p = 0; p < 10; p++) structuredClone(rows[0]!.map((_: any, k: number) => rows.map((r) => r[k]))); console.log('clone columns', (performance.now() - t1).toFixed(0));
			t1 = performance.now();
			for (let p = 0; p < 10; p++) { const x = s.storage.sql.exec(`select json_group_array(json_array(${[...'abcdefgh'].map(ex).join()})) from (select * from t where rowid > ? limit 8000)`, p * 8000).one(); }
			console.log('sql json_group_array', (performance.now() - t1).toFixed(0));
		});
	}
}, 60000);
