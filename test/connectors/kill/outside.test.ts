import { afterAll, describe, expect, test } from 'vitest';
import { withFolder } from '../../support/gateway-process.ts';
import { kill } from '../../support/kill/campaign.ts';
import { killLog } from '../../support/kill/log.ts';
import { clickhouse } from '../../support/kill/outside/clickhouse.ts';
import { s3, sftp } from '../../support/kill/outside/files.ts';
import { mysql } from '../../support/kill/outside/mysql.ts';
import { startReceiver } from '../../support/kill/receiver.ts';

/** Of each system; one in four comes when a commit has begun. */
const KILLS = Number(process.env['HEADGATE_KILLS'] ?? 12);
const SEED = Number(process.env['HEADGATE_KILL_SEED'] ?? 1);
const SIZE = { rows: 300_000, bytes: 80_000_000 };

/** One after another: each has the machine, and its own gateway, for itself. Null where a server is not installed. */
const SYSTEMS = { s3, sftp, mysql, clickhouse };

const receiver = await startReceiver();
afterAll(() => receiver.close());

describe.each(Object.entries(SYSTEMS))('%s', (system, start) => {
	test(`after ${KILLS} kills with SIGKILL at random moments every row is there once, and nothing half (seed ${SEED})`, async ({ skip }) => {
		const outside = await start();
		if (outside === null) {
			if (process.env['CI'] === 'true') throw new Error(`${system} is not installed`);
			return skip(`${system} is not installed`);
		}
		const { scenarios, connections } = outside;
		const log = killLog('console');
		try {
			log(`\n${system}: seed ${SEED}; ${KILLS} kills over ${scenarios.length} packages that read ${SIZE.rows} rows, ${SIZE.bytes / 1e6} MB\n`);
			for (const { name, covers } of scenarios) log(`${name}: ${covers}`);
			log('');
			const outcomes = await withFolder((folder) =>
				kill({ folder, scenarios, kills: KILLS, seed: SEED, ...SIZE, receiver, outside: connections, oneInAtCommit: 4, log }),
			);
			log(`\n${outcomes.flatMap(({ killed }) => killed).length} kills, ${outcomes.length} runs`);
			expect(outcomes.filter(({ seen }) => seen.some((look) => look.startsWith('wrong')))).toEqual([]);
			expect(outcomes.filter(({ status, atEnd, leftovers }) => status !== 'completed' || atEnd !== 'after' || leftovers > 0)).toEqual([]);
		} finally {
			await outside.close();
		}
	}, 1_800_000);
});
