import { defineConfig } from 'vitest/config';
import { bundledSsh2 } from './bundled-ssh2.ts';
import { certificate } from './servers/certificates.ts';

// The plugin's runtime reads this when it is imported, so it must be there before.
const tls = certificate();
if (tls !== null) process.env['NODE_EXTRA_CA_CERTS'] = tls.authority;
const { cloudflareTest } = await import('@cloudflare/vitest-plugin');

/** Connectors inside workerd against real servers on this machine: `npm run test:connectors`. The limits are for what hangs: the machine may be busy. */
export default defineConfig({
	root: new URL('../..', import.meta.url).pathname,
	plugins: [bundledSsh2, cloudflareTest({ wrangler: { configPath: new URL('wrangler.toml', import.meta.url).pathname } })],
	test: { include: ['test/connectors/*.test.ts'], globalSetup: ['test/connectors/servers/start.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
