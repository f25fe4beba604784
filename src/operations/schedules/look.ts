import type { OperationContext } from '../context.ts';

/** Tells the account's object that its schedules changed. One that cannot be reached finds it in the index: the sweep sends it there. */
export async function told({ schedules, log }: Pick<OperationContext, 'schedules' | 'log'>, accountId: number): Promise<void> {
	try {
		await schedules(accountId).look();
	} catch (error) {
		log.warn('the object of the schedules did not answer', { account: accountId, error: error instanceof Error ? error.message : String(error) });
	}
}
