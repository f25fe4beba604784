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
