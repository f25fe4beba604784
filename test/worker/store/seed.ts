import { env } from 'cloudflare:workers';

const NUMBERS = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)';
const DEFINITION = `'{"flow_type":"dataflow","components":[{"select_component":{"id":"s","name":"step ' || i || '","columns":[{"expression":"upper(' || iif(i = 7, 'needle_column', 'city_' || i) || ')","alias":"city"}]}}],"edges":[],"variables":{},"settings":{}}'`;

/**
 * An estate of one size: packages with a version each, all of which read one table, as many runs of them over the last day, every
 * fifth failed, all labelled, one package unlike the others, and as many audit events, one in ten not ok. Ids follow time.
 */
export async function seed(accountId: number, count: number, now: number): Promise<void> {
	const run = (sql: string, ...values: unknown[]) =>
		env.DB.prepare(`${NUMBERS} ${sql}`)
			.bind(count, accountId, ...values)
			.run();
	const first = ((await env.DB.prepare('SELECT max(id) AS id FROM packages').first<number>('id')) ?? 0) as number;
	const owner = '(SELECT user_id FROM members WHERE account_id = ?2 LIMIT 1)';
	await run(
		`INSERT INTO packages (account_id, workspace_id, name, flow_type, flow_version, version, owner_id, created_at, updated_at, targets_version)
			SELECT ?2, (SELECT id FROM workspaces WHERE account_id = ?2), iif(i = 7, 'needle', 'orders package ' || i), 'dataflow', '2.0.0', 1, ${owner}, i, i, 1 FROM n`,
	);
	await run(
		`INSERT INTO package_versions (package_id, number, name, description, definition, user_id, via, created_at)
			SELECT ?3 + i, 1, 'orders package ' || i, 'moves orders', ${DEFINITION}, ${owner}, 'test', i FROM n WHERE ?2 > 0`,
		first,
	);
	await run(
		`INSERT INTO package_targets (account_id, direction, name, package_id, component, kind, connection_id, place)
			SELECT ?2, 'read', 'orders', ?3 + i, 'in', 'table', 1, 'orders' FROM n`,
		first,
	);
	const lastRun = ((await env.DB.prepare('SELECT max(id) AS id FROM runs').first<number>('id')) ?? 0) as number;
	await run(
		`INSERT INTO runs (account_id, package_id, package_version, cluster_id, user_id, via, status, submitted_at, started_at, ended_at, updated_at, labels)
			SELECT ?2, ?3 + 1 + i % 10, 1, 1, ${owner}, 'test', iif(i % 5 = 0, 'failed', 'completed'), ?4 - 86400000 + i * 86400000 / ?1,
				?4 - 86400000 + i * 86400000 / ?1, ?4 - 86400000 + i * 86400000 / ?1, ?4, '["nightly"]' FROM n`,
		first,
		now,
	);
	await env.DB.prepare(`UPDATE runs SET last_error = 'implausible quantity in row ' || id WHERE id > ?1 AND status = 'failed'`).bind(lastRun).run();
	await env.DB.prepare(
		`INSERT INTO run_error_classes (run_id, component, class, count) SELECT id, 'in', 'invalid_cast', 2 FROM runs WHERE id > ?1 AND status = 'failed'`,
	)
		.bind(lastRun)
		.run();
	await run(
		`INSERT INTO audit_events (at, account_id, user_id, grant_id, surface, action, target, outcome, duration_ms, request_id)
			SELECT ?3 - 86400000 + i * 86400000 / ?1, ?2, ${owner}, 1, 'mcp', 'list_runs', 'run:' || (i % 10), iif(i % 10 = 0, 'denied', 'ok'), 1, 'r' FROM n`,
		now,
	);
}
