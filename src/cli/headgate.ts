import { AppError } from '../lib/errors.ts';
import { type Command, UsageError } from './command.ts';

/** Loaded when asked for: the runtime and the bundler behind some of them take half a second. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
	start: async () => (await import('./commands/start.ts')).start,
	demo: async () => (await import('./commands/demo.ts')).demo,
	deploy: async () => (await import('./commands/deploy.ts')).deploy,
	account: async () => (await import('./commands/account.ts')).account,
	user: async () => (await import('./commands/user.ts')).user,
	token: async () => (await import('./commands/token.ts')).token,
	file: async () => (await import('./commands/file.ts')).file,
	connection: async () => (await import('./commands/connection.ts')).connection,
	cluster: async () => (await import('./commands/cluster.ts')).cluster,
	hook: async () => (await import('./commands/hook.ts')).hook,
	logs: async () => (await import('./commands/logs.ts')).logs,
};

async function overview(): Promise<string> {
	const loaded = await Promise.all(Object.entries(commands).map(async ([name, load]) => [name, await load()] as const));
	const lines = loaded.map(([name, command]) => `  ${name.padEnd(12)}${command.summary}`);
	return `Usage: npm run -s headgate -- <command> …\n\n${lines.join('\n')}\n\nheadgate <command> --help shows the options of one.\n`;
}

/** Exit status: 0 done · 1 it failed · 2 it was asked wrongly. */
async function main(args: readonly string[]): Promise<number> {
	const [name = '--help', ...rest] = args;
	if (name === '--help' || name === 'help') {
		process.stdout.write(await overview());
		return 0;
	}
	const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (load === undefined) {
		process.stderr.write(`headgate: there is no command "${name}".\n\n${await overview()}`);
		return 2;
	}
	const command = await load();
	if (rest.includes('--help')) {
		process.stdout.write(`${command.summary}\n\n${command.usage}\n`);
		return 0;
	}
	try {
		return await command.run(rest);
	} catch (error) {
		process.stderr.write(told(name, command, error));
		return error instanceof UsageError ? 2 : 1;
	}
}

function told(name: string, command: Command, error: unknown): string {
	if (error instanceof UsageError) return `headgate ${name}: ${error.message}\n\n${command.usage}\n`;
	if (error instanceof AppError) return `headgate ${name}: ${error.message}${error.hint === '' ? '' : `\n${error.hint}`}\n`;
	// Anything else is a mistake of ours: whoever reports it needs the stack.
	return `headgate ${name}: ${error instanceof Error ? (process.env['HEADGATE_DEBUG'] === undefined ? error.message : error.stack) : String(error)}\n`;
}

process.exitCode = await main(process.argv.slice(2));
