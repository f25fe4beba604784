/// <reference types="@cloudflare/vitest-plugin/types" />

declare namespace Cloudflare {
	interface Env {
		/** Both are set by vitest.config.mts for the worker project only. How many rows `npm run bench:flat` asks for; empty in tests. */
		FLAT_ROWS: string;
		TEST_MIGRATIONS: import('cloudflare:test').D1Migration[];
	}
}

/** A file as text, by Vite. */
declare module '*?raw' {
	const text: string;
	export default text;
}
