import { AppError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { clickhouse } from './clickhouse/index.ts';
import type { ConnectionSettings, ConnectorDefinition, ConnectorEnv, OpenConnection } from './connector.ts';
import { mysql } from './mysql/index.ts';
import { postgresql } from './postgresql/index.ts';
import { r2 } from './r2/index.ts';
import { http } from './rest/index.ts';
import { s3 } from './s3/index.ts';
import { sftp } from './sftp/index.ts';
import { sqlite } from './sqlite/index.ts';

/** Every connector there is, in the order people see them. Drivers behind them are loaded when first opened. */
export const CONNECTORS = [r2, sqlite, http, s3, sftp, postgresql, mysql, clickhouse] as const satisfies readonly ConnectorDefinition[];

const BY_TYPE: ReadonlyMap<string, ConnectorDefinition> = new Map(CONNECTORS.map((connector) => [connector.type, connector]));

/** The connector of a connection type; an unknown one is `invalid_input` that names the nearest. */
export function findConnector(type: string): ConnectorDefinition {
	const found = BY_TYPE.get(type);
	if (found !== undefined) return found;
	const meant = nearest(type, BY_TYPE.keys());
	throw new AppError('invalid_input', `There is no connection type ${JSON.stringify(type)}.`, {
		hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}These are there: ${[...BY_TYPE.keys()].join(', ')}.`,
	});
}

export async function openConnection(type: string, settings: ConnectionSettings, env: ConnectorEnv): Promise<OpenConnection> {
	return findConnector(type).open(settings, env);
}
