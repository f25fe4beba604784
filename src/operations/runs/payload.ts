import type { OperationContext } from '../context.ts';
import { payloadKey } from './archive-keys.ts';

/** Keeps what a run was given, for as long as its log. A run goes on without: what is kept of it only serves to look at it later. */
export async function keepPayload(
	{ archive, log }: Pick<OperationContext, 'archive' | 'log'>,
	run: { readonly id: number; readonly accountId: number },
	payload: readonly unknown[],
): Promise<void> {
	const text = payload.map((row) => `${JSON.stringify(row)}\n`).join('');
	try {
		await archive.put(payloadKey(run.accountId, run.id), text, { httpMetadata: { contentType: 'application/x-ndjson' } });
	} catch (error) {
		log.warn('the payload of a run could not be kept', { run: run.id, error: error instanceof Error ? error.message : String(error) });
	}
}
