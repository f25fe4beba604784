import { defineConfig } from 'vitest/config';

/** A started gateway killed while it writes to real servers on this machine: `npm run test:kill:outside`. */
export default defineConfig({
	root: new URL('../../..', import.meta.url).pathname,
	test: { include: ['test/connectors/kill/*.test.ts'], environment: 'node', fileParallelism: false, hookTimeout: 120_000 },
});
