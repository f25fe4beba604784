import { startClickhouse } from '../../../connectors/servers/clickhouse.ts';

/** ClickHouse works inside the process that loads it: in one of its own, it is at work while the killing goes on. */
const { access, close } = await startClickhouse();
process.send?.(access);
process.once('SIGTERM', async () => {
	await close();
	process.exit(0);
});
