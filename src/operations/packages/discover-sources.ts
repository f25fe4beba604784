import type { Discovery } from '../../catalogue/build/context.ts';
import type { Probe } from '../../catalogue/build/probes.ts';
import type { TableStore } from '../../connectors/connector.ts';
import type { Schema } from '../../data/types.ts';
import { AppError } from '../../lib/errors.ts';
import { type Redact, redactor } from '../../lib/redact.ts';
import type { Secret } from '../../lib/secret.ts';
import type { TableSource } from '../../plan/endpoints.ts';
import { withConnection } from '../connections/open.ts';
import type { OperationContext } from '../context.ts';
import { fileColumns } from './file-columns.ts';
import { httpColumns } from './http-columns.ts';
import { payloadColumns } from './payload-columns.ts';

export interface DiscoveryRequest {
	/** Rows for payload sources; null where there are none yet. */
	readonly payload: readonly unknown[] | null;
	/** Beside the connections' own credentials: texts that no message may repeat. */
	readonly secrets: readonly Secret[];
}

/**
 * Asks each source for its columns, all at once. A source that cannot be asked is no error here: why is told in its place, and the
 * validator makes a fault of it. A payload that has not been given has no entry.
 */
export async function discoverSources(
	context: OperationContext,
	accountId: number,
	probes: readonly Probe[],
	request: DiscoveryRequest,
): Promise<ReadonlyMap<string, Discovery>> {
	const redact = redactor(request.secrets);
	const found = await Promise.all(probes.map(async (probe) => [probe.component, await discover(context, accountId, probe, request, redact)] as const));
	return new Map(found.filter((entry): entry is [string, Discovery] => entry[1] !== null));
}

async function discover(
	context: OperationContext,
	accountId: number,
	{ source }: Probe,
	{ payload }: DiscoveryRequest,
	redact: Redact,
): Promise<Discovery | null> {
	if (source.kind === 'payload') return payload === null ? null : payloadColumns(payload);
	try {
		return await withConnection(context, accountId, source.connection, async ({ connection }) => {
			if (source.kind === 'files' && connection.kind === 'files') return fileColumns(connection, source);
			if (source.kind === 'table' && connection.kind === 'tables') return tableColumns(connection, source);
			if (source.kind === 'http' && connection.kind === 'http' && source.request.method === 'GET') return httpColumns(connection, source);
			return { message: `the columns of a ${source.kind} source are not looked up`, hint: 'name its fields with their types' };
		});
	} catch (error) {
		if (error instanceof AppError) return { message: redact(error.message), hint: redact(error.hint) };
		throw error;
	}
}

async function tableColumns(store: TableStore, { from }: TableSource): Promise<Discovery> {
	if ('query' in from) return store.describeQuery(from.query, from.parameters);
	const columns = await store.describe(from);
	if (columns !== null) return columns.map(({ name, type }): Schema[number] => ({ name, type }));
	return { message: `there is no table ${JSON.stringify(from.table)}`, hint: 'discover_schema lists the tables there are' };
}
