import { publicationRow } from '../../store/published-tools.ts';
import type { OperationContext } from '../context.ts';
import { announce } from '../notices/announce.ts';

/** Tells listeners that the tools changed, where the package that was changed is one. Nobody waits for it. */
export function announceTool(context: OperationContext, accountId: number, packageId: number): void {
	const told = publicationRow(context.store, packageId).then((row) => {
		if (row !== null) announce(context, accountId, 'tools');
	});
	context.waitUntil(told.catch(() => context.log.warn('it was not found out whether a changed package is a tool', { package_id: packageId })));
}
