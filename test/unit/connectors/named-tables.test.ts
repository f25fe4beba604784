import { describe, expect, test } from 'vitest';
import { namedTables } from '../../../src/connectors/sql/named-tables.ts';

const told = (sql: string) => namedTables(sql).map(({ direction, name }) => `${direction} ${name}`);

describe('the tables that SQL names', () => {
	test.each([
		['select * from orders', ['read orders']],
		['SELECT a.x FROM public.orders AS a JOIN "Customer Data" c ON c.id = a.id', ['read public.orders', 'read Customer Data']],
		['select 1 from a x, b, (select * from c) d', ['read a', 'read b', 'read c']],
		['with recent as (select * from orders) select * from recent join `lines` using (id)', ['read orders', 'read lines']],
		["select 'from nowhere' -- from comments\n/* from blocks */ from real", ['read real']],
		['insert into totals select * from orders', ['write totals', 'read orders']],
		['update stock set n = 1; delete from old where id = 1', ['write stock', 'write old']],
		['insert into a (n) values (1) on conflict do update set n = 2', ['write a']],
		['truncate table t; create table if not exists s.u (id int); drop table v', ['write t', 'write s.u', 'write v']],
		['merge into target t using source s on t.id = s.id', ['write target', 'read source']],
		['select * from generate_series(1, 3)', []],
		['select extract(year from day) from days', ['read days']],
		["select 'unclosed", []],
	])('%s', (sql, expected) => {
		expect(told(sql)).toEqual(expected);
	});
});
