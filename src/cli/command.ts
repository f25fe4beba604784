import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** One verb of the command line. `run` gives the exit status; what it throws is told on stderr. */
export interface Command {
	readonly summary: string;
	/** Shown by --help and after a mistake. */
	readonly usage: string;
	run(args: readonly string[]): Promise<number>;
}

/** The command was written wrongly: exit status 2, and the usage is shown. */
export class UsageError extends Error {
	override readonly name = 'UsageError';
}

/** Options and positional words of a command; an unknown option or a missing value is a UsageError. */
export function readArguments<Options extends ParseArgsOptionsConfig>(
	args: readonly string[],
	options: Options,
	positionals: { readonly min: number; readonly max: number },
) {
	const parsed = parse(args, options);
	const words: readonly string[] = parsed.positionals;
	if (words.length < positionals.min) throw new UsageError('Something is missing.');
	if (words.length > positionals.max) throw new UsageError(`Unexpected: ${words[positionals.max]}`);
	return { values: parsed.values, words };
}

function parse<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
	} catch (error) {
		// parseArgs throws TypeErrors whose message names the option and what is wrong with it.
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
}

/** The value, or a UsageError that names the option and the variable that may hold it. */
export function required(value: string | undefined, option: string, variable?: string): string {
	const found = value ?? (variable === undefined ? undefined : process.env[variable]);
	if (found === undefined || found === '') throw new UsageError(`--${option} is missing${variable === undefined ? '' : `, and ${variable} is not set`}.`);
	return found;
}

/** A TCP port; 0 lets the system choose. */
export function readPort(text: string): number {
	const port = Number(text);
	if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`--port ${text}: a port is a number from 0 (any free one) to 65535.`);
	return port;
}
