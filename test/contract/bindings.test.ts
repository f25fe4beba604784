import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import {
	BUCKET,
	bindings,
	CLEAN_UP,
	COMPATIBILITY,
	DATABASE,
	OBJECTS,
	RATE_PERIOD,
	RATES,
	SECRETS,
	textsFrom,
	VARS,
	WORKER,
} from '../../src/cli/embedded/bindings.ts';
import { ALIASES, DEFINES } from '../../src/cli/embedded/bundle.ts';

/** As far as it is compared; wrangler's own type leans on a package that it does not ship. */
interface Config {
	readonly name: string;
	readonly compatibility_date: string;
	readonly compatibility_flags: readonly string[];
	readonly d1_databases: readonly { readonly binding: string; readonly database_name: string }[];
	readonly r2_buckets: readonly { readonly binding: string; readonly bucket_name: string }[];
	readonly durable_objects: { readonly bindings: readonly { readonly name: string; readonly class_name: string }[] };
	readonly ratelimits: readonly { readonly name: string; readonly simple: { readonly limit: number; readonly period: number } }[];
	readonly alias: Readonly<Record<string, string>>;
	readonly define: Readonly<Record<string, string>>;
	readonly vars: Readonly<Record<string, string>>;
	readonly triggers: { readonly crons?: readonly string[] };
	readonly secrets: { readonly required: readonly string[] };
	readonly migrations: readonly { readonly new_sqlite_classes?: readonly string[] }[];
}

const config: Config = unstable_readConfig({ config: join(import.meta.dirname, '../../wrangler.toml') }, { hideWarnings: true });

test('the embedded gateway is given what wrangler.toml gives the deployed one', () => {
	expect(config.name).toBe(WORKER);
	expect(config.compatibility_date).toBe(COMPATIBILITY.date);
	expect(config.compatibility_flags).toEqual(COMPATIBILITY.flags);
	expect(config.d1_databases.map(({ binding, database_name }) => ({ binding, name: database_name }))).toEqual([DATABASE]);
	expect(config.r2_buckets.map(({ binding, bucket_name }) => ({ binding, name: bucket_name }))).toEqual([BUCKET]);
	expect(Object.fromEntries(config.durable_objects.bindings.map(({ name, class_name }) => [name, class_name]))).toEqual(OBJECTS);
	expect(config.ratelimits.map(({ name, simple }) => [name, simple.period])).toEqual(Object.keys(RATES).map((name) => [name, RATE_PERIOD]));
	expect(bindings(textsFrom({}), { HEADGATE_TOKEN_CALLS: '5' }).env).toMatchObject({ TOKEN_CALLS: { type: 'rate-limit', simple: { limit: 5, period: 60 } } });
	expect(Object.keys(config.vars)).toEqual([...VARS]);
	expect(config.alias).toEqual(ALIASES);
	expect(config.define).toEqual(DEFINES);
	expect(config.secrets.required).toEqual([...SECRETS]);
	expect(config.triggers.crons).toEqual([CLEAN_UP.cron]);
	expect(CLEAN_UP.cron).toBe(`*/${CLEAN_UP.everyMs / 60_000} * * * *`);
});

test('every object keeps its state in SQLite, deployed and embedded', () => {
	const classes = config.migrations.flatMap((migration) => migration.new_sqlite_classes ?? []);
	expect([...classes].sort()).toEqual(Object.values(OBJECTS).sort());
	expect(bindings(textsFrom({})).exports).toEqual(Object.fromEntries(classes.map((name) => [name, { type: 'durable-object', storage: 'sqlite' }])));
});
