import { openStore } from '../store/store.ts';
import { type Sealer, sealerFrom } from './connections/seal.ts';
import type { OperationContext } from './context.ts';

/** What a surface lends: bindings and ports. */
export interface OperationBindings extends Omit<OperationContext, 'store' | 'sealer' | 'clock'> {
	readonly database: D1Database;
	/** `HEADGATE_SEAL_KEY`. */
	readonly sealKeys: string;
}

/** Imported keys of the deployment, for the isolate's life; losing them costs an import. */
let known: { readonly configured: string; readonly sealer: Sealer } | undefined;

/** The context of one request, alarm or scheduled event. */
export function openOperations({ database, sealKeys, ...bindings }: OperationBindings): OperationContext {
	if (known?.configured !== sealKeys) known = { configured: sealKeys, sealer: sealerFrom(sealKeys) };
	return { ...bindings, store: openStore(database), sealer: known.sealer, clock: Date.now };
}
