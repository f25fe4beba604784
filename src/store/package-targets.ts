import { sql } from 'drizzle-orm';
import { packageTargets } from '../../schema/tables/package-targets.ts';
import type { PackageDefinition } from '../model/package.ts';
import type { Store } from './store.ts';

type Row = typeof packageTargets.$inferSelect;

/** What a version reads or writes, as its row takes it. */
export interface TargetRow extends Pick<Row, 'direction' | 'name' | 'component' | 'kind' | 'place'> {
	readonly connection_id: Row['connectionId'];
}

/** Statements that bring the targets of a package to version ?3, in the batch that writes it; they do nothing where that one is not the current one. */
export function targetStatements({ $client }: Store, packageId: number, version: number, targets: readonly TargetRow[]): D1PreparedStatement[] {
	const behind = `id = ?1 AND version = ?2 AND targets_version < ?2 AND status = 'active'`;
	return [
		$client.prepare(`DELETE FROM package_targets WHERE package_id IN (SELECT id FROM packages WHERE ${behind})`).bind(packageId, version),
		$client
			.prepare(
				`INSERT OR IGNORE INTO package_targets (account_id, package_id, direction, name, component, kind, connection_id, place)
					SELECT p.account_id, p.id, t.value->>'direction', t.value->>'name', t.value->>'component', t.value->>'kind', t.value->>'connection_id', t.value->>'place'
					FROM (SELECT id, account_id FROM packages WHERE ${behind}) p, json_each(?3) t`,
			)
			.bind(packageId, version, JSON.stringify(targets)),
		$client.prepare(`UPDATE packages SET targets_version = ?2 WHERE ${behind}`).bind(packageId, version),
	];
}

/** The same for the package that the batch has just made: its id is the highest there is. */
export function firstTargets(store: Store, targets: readonly TargetRow[]) {
	return store
		.insert(packageTargets)
		.select(
			sql`SELECT p.account_id, t.value->>'direction', t.value->>'name', p.id, t.value->>'component', t.value->>'kind', t.value->>'connection_id', t.value->>'place'
				FROM packages p, json_each(${JSON.stringify(targets)}) t WHERE p.id = (SELECT max(id) FROM packages)`,
		)
		.onConflictDoNothing();
}

/** Active packages whose current version has no targets yet, with its definition. */
export async function packagesWithoutTargets({ $client }: Store, rows: number) {
	const { results } = await $client
		.prepare(
			`SELECT p.id, p.version, v.definition FROM packages p INDEXED BY packages_without_targets JOIN package_versions v ON v.package_id = p.id AND v.number = p.version
				WHERE p.targets_version < p.version AND p.status = 'active' LIMIT ?1`,
		)
		.bind(rows)
		.all<{ id: number; version: number; definition: string }>();
	return results.map(({ definition, ...rest }) => ({ ...rest, definition: JSON.parse(definition) as PackageDefinition }));
}

export interface TargetUse extends TargetRow {
	readonly package_id: number;
	readonly package_name: string;
	/** Permissions hide the package from whoever asks. */
	readonly hidden: 0 | 1;
}

const USES = `SELECT t.package_id, p.name AS package_name, t.direction, t.name, t.component, t.kind, t.connection_id, t.place,
	EXISTS (SELECT 1 FROM package_permissions h WHERE h.package_id = t.package_id AND h.user_id = ?4 AND h.can_read = 0) AS hidden
	FROM package_targets t JOIN packages p ON p.id = t.package_id
	WHERE t.account_id = ?1 AND t.direction = ?2 AND t.name = ?3 AND t.package_id < ?5 ORDER BY t.package_id DESC LIMIT ?6`;

const PENDING = `SELECT 1 AS pending FROM packages INDEXED BY packages_without_targets WHERE account_id = ?1 AND targets_version < version AND status = 'active' LIMIT 1`;

/** Uses of any of these names, by the package newest first: `rows` of each name and direction. `pending`: some packages are not in the index yet. */
export async function usesOf(
	{ $client }: Store,
	accountId: number,
	names: readonly string[],
	directions: readonly TargetRow['direction'][],
	{ viewer, before, rows }: { readonly viewer: number | null; readonly before: number; readonly rows: number },
): Promise<{ readonly uses: readonly TargetUse[]; readonly pending: boolean }> {
	const statements = directions.flatMap((direction) => names.map((name) => $client.prepare(USES).bind(accountId, direction, name, viewer, before, rows)));
	const [pending, ...found] = await $client.batch([$client.prepare(PENDING).bind(accountId), ...statements]);
	return { uses: found.flatMap(({ results }) => results as unknown as TargetUse[]), pending: (pending?.results.length ?? 0) > 0 };
}

/** Active packages of which a component names a table, file or path of this connection, by id; at most `rows`. */
export async function packagesOfConnection(
	{ $client }: Store,
	accountId: number,
	connectionId: number,
	rows: number,
): Promise<readonly { readonly id: number; readonly name: string }[]> {
	const { results } = await $client
		.prepare(
			`SELECT DISTINCT p.id, p.name FROM package_targets t INDEXED BY package_targets_by_connection JOIN packages p ON p.id = t.package_id
				WHERE t.account_id = ?1 AND t.connection_id = ?2 AND p.status = 'active' ORDER BY p.id LIMIT ?3`,
		)
		.bind(accountId, connectionId, rows)
		.all<{ id: number; name: string }>();
	return results;
}
