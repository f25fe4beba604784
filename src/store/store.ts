import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';

/** The one handle on D1. `batch` is the only transaction there is: D1 has no interactive ones. */
export type Store = DrizzleD1Database & { readonly $client: D1Database };

export function openStore(database: D1Database): Store {
	return drizzle(database);
}

/** What the database said. The message of a failed query itself also holds every bound value, so it is never logged or shown. */
export function reasonOf(error: unknown): string {
	if (error instanceof Error && error.cause instanceof Error) return error.cause.message;
	return error instanceof Error ? error.name : 'unknown';
}
