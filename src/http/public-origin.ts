const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isLoopback(hostname: string): boolean {
	return LOOPBACK.has(hostname);
}

/** Words of a comma-separated setting. */
export function listed(setting: string | undefined): string[] {
	return (setting ?? '')
		.split(',')
		.map((word) => word.trim())
		.filter((word) => word !== '');
}

/**
 * Scheme and host under which the gateway is known, without a slash at the end: the configured one. Without configuration the
 * request's own, which the host check has admitted before (a listed host, or loopback).
 */
export function publicOrigin(env: Pick<Env, 'HEADGATE_PUBLIC_URL'>, requestUrl: string): string {
	return new URL(env.HEADGATE_PUBLIC_URL || requestUrl).origin;
}
