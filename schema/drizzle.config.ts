import { defineConfig } from 'drizzle-kit';

/** For `drizzle-kit studio` and `export`. Migrations are written by hand: drizzle-kit writes no STRICT, no CHECK on text, no triggers. */
export default defineConfig({ dialect: 'sqlite', driver: 'd1-http', schema: './schema/tables/*.ts' });
