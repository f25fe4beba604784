import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';

/** Empties D1, R2 and every object, then brings the schema up: storage is isolated per test file only, so tests call this in `beforeEach` (10 ms). */
export async function freshGateway(): Promise<void> {
	// A reset empties what is awake, and the runtime lets a database or a bucket sleep after ten idle seconds: on a busy machine a
	// test would find what the one before has left.
	await Promise.all([env.DB.prepare('SELECT 1').run(), env.FILES.head('nothing')]);
	await reset();
	await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
}
