/**
 * Where to go after sign-in: a path of ours, never another site. `//host` and `/\host` are other sites to a browser, and tabs or
 * line ends vanish when it reads an address; so only a slash followed by neither is taken, and what the parser makes of it counts.
 */
export function safeNext(given: string | null | undefined, origin: string): string {
	if (!given || !/^\/(?![/\\])/.test(given) || given.length > 8192 || given.includes('\\') || !URL.canParse(given, origin)) return '/';
	const url = new URL(given, origin);
	return url.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search : '/';
}
