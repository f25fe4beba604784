import { env } from 'cloudflare:test';
import type { ConnectorEnv, FileStore } from '../../../src/connectors/connector.ts';
import { r2 } from '../../../src/connectors/r2/index.ts';
import { filesConformance } from '../../connectors/suite/files.ts';

const connectorEnv = { files: env.FILES, fetch } as unknown as ConnectorEnv;
const open = async (accountId: number) => (await r2.open({ accountId, config: {}, secrets: {} }, connectorEnv)) as FileStore;

const fill = (paths: readonly string[]) => Promise.all(paths.map((path) => env.FILES.put(`accounts/1/files/${path}`, 'x')));

filesConformance('r2', { bucket: null, open: () => open(1), other: () => open(12), fill });
