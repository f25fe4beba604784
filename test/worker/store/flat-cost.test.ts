import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import type { Principal } from '../../../src/model/principal.ts';
import { listAuditEvents } from '../../../src/operations/audit/list.ts';
import { systemHealth } from '../../../src/operations/diagnosis/system-health.ts';
import { searchDocuments } from '../../../src/operations/documents/search.ts';
import { listPackages } from '../../../src/operations/packages/list.ts';
import { searchCode } from '../../../src/operations/packages/search-code.ts';
import { usersOfTarget } from '../../../src/operations/packages/users-of-target.ts';
import { packageErrorSummary } from '../../../src/operations/runs/errors.ts';
import { listRuns } from '../../../src/operations/runs/list.ts';
import { searchAll } from '../../../src/operations/search/search-all.ts';
import { openStore } from '../../../src/store/store.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anOwner, world } from '../operations/world.ts';
import { countingDatabase } from './counting-database.ts';
import { seed } from './seed.ts';

const FEW = 1_000;
/** `npm run bench:flat` asks for 100,000 and prints the figures. */
const MANY = Number(env.FLAT_ROWS) || 3_000;

/** Rows that D1 reads for one call of each tool, on an estate of a size beside another account of the same one. */
async function rowsRead(count: number): Promise<Record<string, number>> {
	await freshGateway();
	const { context, advance } = world();
	const { principal } = await anOwner(context, 'acme');
	const other = await anOwner(context, 'globex');
	const now = context.clock();
	await seed(principal.account.id, count, now);
	await seed(other.principal.account.id, count, now);
	advance(1);
	const counting = countingDatabase(env.DB);
	const counted = { ...context, store: openStore(counting.database) };
	const editor: Principal = { ...principal, role: 'editor' };
	const since = new Date(now - 6 * 3_600_000).toISOString();
	const calls: Record<string, () => Promise<unknown>> = {
		list_packages: () => listPackages(counted, principal, {}),
		'list_packages, an editor': () => listPackages(counted, editor, {}),
		'list_runs, six hours': () => listRuns(counted, principal, { since }),
		'list_runs, failed in six hours': () => listRuns(counted, principal, { since, status: 'failed' }),
		'list_runs, failed of a package': () => listRuns(counted, principal, { package_id: 3, status: 'failed' }),
		'search_runs, a label of all': () => listRuns(counted, principal, { labels: ['nightly'] }),
		'search_runs, a label and a status': () => listRuns(counted, principal, { labels: ['nightly'], statuses: ['stopped'] }),
		'search_runs, words of all errors': () => listRuns(counted, principal, { text: 'implausible quantity' }),
		'search_all, words of everything': () => searchAll(counted, principal, { query: 'orders package' }),
		'search_all, an editor': () => searchAll(counted, editor, { query: 'orders package' }),
		'search_all, one thing': () => searchAll(counted, principal, { query: 'needle' }),
		'search_all, short words': () => searchAll(counted, principal, { query: 'or' }),
		search: () => searchDocuments(counted, principal, 'orders package'),
		'search_package_code, in all': () => searchCode(counted, principal, { pattern: 'upper\\(city' }),
		'search_package_code, in one': () => searchCode(counted, principal, { pattern: 'needle_column' }),
		'search_package_code, in none': () => searchCode(counted, principal, { pattern: 'lower\\(nothing' }),
		'search_package_code, nothing demanded': () => searchCode(counted, principal, { pattern: '^x$' }),
		'get_package_mappings, who reads a table': () => usersOfTarget(counted, principal, { target: 'orders' }),
		'get_package_mappings, who writes it': () => usersOfTarget(counted, principal, { target: 'orders', direction: 'write' }),
		get_package_error_summary: () => packageErrorSummary(counted, principal, { package_id: 3 }),
		get_system_health: () => systemHealth(counted, principal, {}),
		'get_system_health, an editor': () => systemHealth(counted, editor, {}),
		list_audit_events: () => listAuditEvents(counted, principal, {}),
		'list_audit_events, denied': () => listAuditEvents(counted, principal, { outcome: 'denied' }),
		'list_audit_events, of a run': () => listAuditEvents(counted, principal, { target: 'run:7' }),
		'list_audit_events, a tool never called': () => listAuditEvents(counted, principal, { tool: 'run_package' }),
	};
	const cost: Record<string, number> = {};
	for (const [name, call] of Object.entries(calls)) {
		counting.take();
		await call();
		cost[name] = counting.take().rowsRead;
	}
	return cost;
}

test(`every list and search reads as many rows of ${MANY} packages and runs as of ${FEW}, within twice`, async () => {
	const few = await rowsRead(FEW);
	const many = await rowsRead(MANY);
	if (env.FLAT_ROWS !== '')
		for (const name of Object.keys(few)) console.info(`${name.padEnd(44)} ${String(few[name]).padStart(6)} ${String(many[name]).padStart(6)}`);
	const grown = Object.keys(few).filter((name) => (many[name] ?? 0) > 2 * (few[name] ?? 0));
	expect(grown.map((name) => `${name}: ${few[name]} rows, then ${many[name]}`)).toEqual([]);
});
