import { env } from 'cloudflare:test';
import type { ConnectorEnv, EmbeddedDatabase, TableStore } from '../../../src/connectors/connector.ts';
import { sqlite } from '../../../src/connectors/sqlite/index.ts';
import { tablesConformance } from '../../connectors/suite/tables.ts';

const connectorEnv = {
	database: (accountId: number) => env.DATABASES.getByName(`database:${accountId}`) as unknown as EmbeddedDatabase,
} as unknown as ConnectorEnv;

tablesConformance('sqlite', {
	open: async () => (await sqlite.open({ accountId: 1, config: {}, secrets: {} }, connectorEnv)) as TableStore,
	transactional: true,
});
