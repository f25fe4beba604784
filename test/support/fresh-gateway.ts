import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

/** Empties D1, R2 and every object, then brings the schema up: storage is isolated per test file only, so tests call this in `beforeEach` (10 ms). */
export async function freshGateway(): Promise<void> {
	await reset();
	await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
}
