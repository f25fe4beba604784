import { and, eq, gt } from 'drizzle-orm';
import { workspaces } from '../../schema/tables/workspaces.ts';
import type { Store } from './store.ts';

export type WorkspaceRow = typeof workspaces.$inferSelect;

/** Ascending by id, behind `after`. */
export function workspacesPage(store: Store, accountId: number, after: number, rows: number): Promise<WorkspaceRow[]> {
	return store
		.select()
		.from(workspaces)
		.where(and(eq(workspaces.accountId, accountId), gt(workspaces.id, after)))
		.orderBy(workspaces.id)
		.limit(rows)
		.all();
}

export async function workspaceById(store: Store, accountId: number, id: number): Promise<WorkspaceRow | null> {
	const row = await store
		.select()
		.from(workspaces)
		.where(and(eq(workspaces.id, id), eq(workspaces.accountId, accountId)))
		.get();
	return row ?? null;
}

export async function defaultWorkspace(store: Store, accountId: number): Promise<WorkspaceRow | null> {
	const row = await store
		.select()
		.from(workspaces)
		.where(and(eq(workspaces.accountId, accountId), eq(workspaces.isDefault, true)))
		.get();
	return row ?? null;
}
