/** One JSON line a call, so that Workers Logs and `jq` read it alike. Values must already be free of secrets. */
export interface Logger {
	info(message: string, fields?: Record<string, unknown>): void;
	warn(message: string, fields?: Record<string, unknown>): void;
	error(message: string, fields?: Record<string, unknown>): void;
	with(fields: Record<string, unknown>): Logger;
}

export function logger(bound: Record<string, unknown> = {}): Logger {
	const line = (level: string, message: string, fields?: Record<string, unknown>) => JSON.stringify({ level, message, ...bound, ...fields });
	return {
		info: (message, fields) => console.log(line('info', message, fields)),
		warn: (message, fields) => console.warn(line('warn', message, fields)),
		error: (message, fields) => console.error(line('error', message, fields)),
		with: (fields) => logger({ ...bound, ...fields }),
	};
}

/**
 * What an unforeseen error says, fit for a log: the reason and the frames. Where an error wraps another, the inner one's words
 * alone are taken: the outer message of a failed database statement also holds every value that was bound to it.
 */
export function describeFault(error: unknown): string {
	if (!(error instanceof Error)) return typeof error;
	const told = error.cause instanceof Error ? error.cause : error;
	const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
	return [`${told.name}: ${told.message}`, ...frames].join('\n');
}
