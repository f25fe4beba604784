import * as z from 'zod';
import { PACKAGE_LIMITS } from '../../model/package.ts';

/** Arguments that many tools take, spelled and described once. */

export const packageId = z.int().min(1).describe('From list_packages.');
/** Beside an optional package_id, wherever people know a package by its name. */
export const packageName = z.string().min(1).max(PACKAGE_LIMITS.nameLength).optional().describe('Instead of package_id: its name, in any case.');
export const runId = z.int().min(1).describe('From list_runs or run_package.');
export const connectionId = z.int().min(1).describe('From list_connections.');
export const clusterId = z.int().min(1).describe('From list_clusters.');
export const workspaceId = z.int().min(1).describe('From list_workspaces.');

/** What tools take that change something. */
export const dryRun = z.boolean().default(false).describe('Only tell what would change.');
export const idempotencyKey = z.string().min(1).max(200).optional().describe('Any text of yours; a repeat with it is not done twice.');
export const expectedVersion = z.int().min(1).optional().describe('version from get_package; conflict if it moved on.');

/** Of what is made new: the one version it can be expected at before. */
export const expectedAbsent = z.int().min(0).max(0).optional().describe('0: refused where an active one has this name.');

/** `limit` and `cursor` of a list; the numbers are the operation's own. */
export function page(standard: number, most: number): { limit: z.ZodDefault<z.ZodInt>; cursor: z.ZodOptional<z.ZodString> } {
	return {
		limit: z.int().min(1).max(most).default(standard).describe('Items a page.'),
		cursor: z.string().max(500).optional().describe('next_cursor of the page before.'),
	};
}

/** Lines of the log's end. */
export function logTail(standard: number): z.ZodDefault<z.ZodInt> {
	return z.int().min(0).max(200).default(standard).describe('Trailing log lines.');
}

export const nextCursor = z.string().nullable();
