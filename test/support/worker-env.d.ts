/// <reference types="@cloudflare/vitest-plugin/types" />

declare namespace Cloudflare {
	interface Env {
		/** Set by vitest.config.mts for the worker project only. */
		TEST_MIGRATIONS: import('cloudflare:test').D1Migration[];
	}
}

/** A file as text, by Vite. */
declare module '*?raw' {
	const text: string;
	export default text;
}
