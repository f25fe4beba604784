import { logger } from '../lib/log.ts';
import { sweep } from '../operations/maintenance/sweep.ts';
import { sweepAuthorization } from '../operations/maintenance/sweep-authorization.ts';
import { reasonOf } from '../store/store.ts';
import { objectOperations } from './operations.ts';

/** What the cron trigger does. The two sweeps are apart, so that one that fails does not keep the other from its work. */
export async function maintain(env: Env): Promise<void> {
	const log = logger({ job: 'maintenance' });
	const context = { ...objectOperations(env, log), via: 'maintenance' };
	const [runs, authorization] = await Promise.allSettled([sweep(context), sweepAuthorization(context)]);
	for (const outcome of [runs, authorization]) {
		if (outcome.status === 'fulfilled') log.info('swept', { ...outcome.value });
		else log.error('a sweep failed', { error: reasonOf(outcome.reason) });
	}
}
