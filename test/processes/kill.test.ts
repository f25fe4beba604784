import { afterAll, beforeAll, expect, test } from 'vitest';
import { withFolder } from '../support/gateway-process.ts';
import { kill } from '../support/kill/campaign.ts';
import { killLog } from '../support/kill/log.ts';
import type { Outside } from '../support/kill/outside/outside.ts';
import { postgresql } from '../support/kill/outside/postgresql.ts';
import { type Receiver, startReceiver } from '../support/kill/receiver.ts';
import { API_SCENARIO } from '../support/kill/scenarios/api.ts';
import { FILE_SCENARIOS } from '../support/kill/scenarios/files.ts';
import { EMBEDDED_SCENARIOS } from '../support/kill/scenarios/tables.ts';

/** `npm run test:kill` asks for 50, with every scenario; the others are a few of the most different ones. */
const KILLS = Number(process.env['HEADGATE_KILLS'] ?? 3);
const ALL = process.env['HEADGATE_KILLS'] !== undefined;
const SEED = Number(process.env['HEADGATE_KILL_SEED'] ?? Date.now() % 1_000_000);
/** A slice reads 32 MiB: a whole campaign has files of several slices. */
const SIZE = ALL ? { rows: 300_000, bytes: 80_000_000 } : { rows: 100_000, bytes: 40_000_000 };

const FEW = ['sort', 'sqlite merge_update_insert', 'rest'];

let receiver: Receiver;
let outside: Outside;
beforeAll(async () => {
	receiver = await startReceiver();
	outside = ALL ? await postgresql() : { scenarios: [], connections: {}, close: async () => {} };
});
afterAll(async () => {
	await outside.close();
	await receiver.close();
});

test(`after ${KILLS} kills with SIGKILL at random moments every row is there once, and nothing half (seed ${SEED})`, async () => {
	const every = [...FILE_SCENARIOS, ...EMBEDDED_SCENARIOS, API_SCENARIO, ...outside.scenarios];
	const scenarios = ALL ? every : every.filter(({ name }) => FEW.includes(name));
	const log = killLog(ALL ? 'console' : 'nowhere');
	log(`seed ${SEED}; ${KILLS} kills over ${scenarios.length} packages that read ${SIZE.rows} rows, ${SIZE.bytes / 1e6} MB\n`);
	for (const { name, covers } of scenarios) log(`${name}: ${covers}`);
	log('');
	await withFolder(async (folder) => {
		const connections = { http: { config: { base_url: `${receiver.url}/` } }, ...outside.connections };
		const outcomes = await kill({ folder, scenarios, kills: KILLS, seed: SEED, ...SIZE, receiver, outside: connections, log });
		const repeated = outcomes.map((_, round) => receiver.repeated(`/t${round}`)).reduce((sum, count) => sum + count, 0);
		log(`\n${outcomes.flatMap(({ killed }) => killed).length} kills, ${outcomes.length} runs; ${repeated} REST batches came twice, each under its own key`);
		expect(outcomes.filter(({ seen }) => seen.some((look) => look.startsWith('wrong')))).toEqual([]);
		expect(outcomes.filter(({ status, atEnd, leftovers }) => status !== 'completed' || atEnd !== 'after' || leftovers > 0)).toEqual([]);
		expect(outcomes.flatMap(({ killed }) => killed).filter((phase) => phase !== null).length).toBeGreaterThanOrEqual(KILLS);
	});
}, 3_600_000);
