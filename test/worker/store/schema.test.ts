import { env } from 'cloudflare:workers';
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { beforeEach, expect, test } from 'vitest';
import { freshGateway } from '../../support/fresh-gateway.ts';

// Vite's own; typed here because the build knows no Vite.
const files = (import.meta as unknown as { glob(pattern: string, options: { eager: true }): Record<string, Record<string, unknown>> }).glob(
	'../../../schema/tables/*.ts',
	{ eager: true },
);
const tables = Object.values(files).flatMap((file) => Object.values(file).filter((value) => is(value, SQLiteTable)));

beforeEach(freshGateway);

test('the migrations make exactly the tables and columns that the queries are written against', async () => {
	const described = Object.fromEntries(
		tables.map((table) => {
			const { name, columns } = getTableConfig(table);
			return [name, columns.map((column) => `${column.name} ${column.getSQLType().toUpperCase()}${column.notNull ? ' NOT NULL' : ''}`).sort()];
		}),
	);
	const { results } = await env.DB.prepare(
		`SELECT t.name AS "table", c.name, c.type, c."notnull" OR c.pk > 0 AS required FROM sqlite_schema t, pragma_table_info(t.name) c
		 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_cf%' ESCAPE '\\' AND t.name <> 'd1_migrations'
		 AND t.name NOT LIKE 'search\\_index%' ESCAPE '\\' AND t.name NOT LIKE 'code\\_index%' ESCAPE '\\'`,
	).all<{ table: string; name: string; type: string; required: number }>();
	const made: Record<string, string[]> = {};
	for (const { table, name, type, required } of results) made[table] = [...(made[table] ?? []), `${name} ${type}${required === 1 ? ' NOT NULL' : ''}`].sort();
	expect(tables.length).toBeGreaterThan(13);
	expect(made).toEqual(described);
});

test('a text in an integer column is refused', async () => {
	const insert = env.DB.prepare(`INSERT INTO accounts (slug, name, created_at, updated_at) VALUES ('acme', 'Acme', 'yesterday', 1)`);
	await expect(insert.run()).rejects.toThrow(/cannot store TEXT value in INTEGER column/);
});
