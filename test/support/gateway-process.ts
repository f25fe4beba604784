import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');
export const NODE = join(repository, 'node_modules/.bin/node');

/** The line that `start --json` prints. */
export interface Ready {
	readonly ready: true;
	readonly url: string;
	readonly account: string;
	readonly mcp_url: string;
	readonly token: string;
	readonly email: string;
	readonly password: string;
	readonly admin_token: string;
}

export interface GatewayProcess {
	readonly pid: number;
	readonly ready: Ready;
	/** Everything printed so far. */
	readonly output: { readonly stdout: string; readonly stderr: string };
	/** Sends a signal and waits for the end: the exit status, or the signal's name. */
	end(signal: NodeJS.Signals): Promise<number | string>;
}

/** A gateway as `npm start -- --json` runs it, once it says that it is ready. */
export async function startGatewayProcess(
	state: string,
	options: readonly string[] = [],
	environment: Readonly<Record<string, string>> = {},
): Promise<GatewayProcess> {
	const { child, output, ended } = launch(['start', '--json', '--state', state, '--port', '0', ...options], environment);
	running.set(child, state);
	void ended.then(() => running.delete(child));
	const line = await Promise.race([
		firstLine(child),
		ended.then((status) => Promise.reject(new Error(`the gateway ended with ${status} before it was ready:\n${output.stderr}`))),
	]);
	const end = (signal: NodeJS.Signals) => {
		child.kill(signal);
		return ended;
	};
	return { pid: child.pid ?? 0, ready: JSON.parse(line) as Ready, output, end };
}

/** Runs the command line to its end. `input` goes to its standard input. */
export async function headgate(
	args: readonly string[],
	{ input = '', environment = {} }: { readonly input?: string; readonly environment?: Readonly<Record<string, string>> } = {},
) {
	const { child, output, ended } = launch(args, environment);
	child.stdin?.end(input);
	const status = await ended;
	return { status, ...output };
}

/** Gateways that run, by their state folder. */
const running = new Map<ChildProcess, string>();

/** Runs `work` with a folder that is gone afterwards, and with it every gateway on it: a test that fails midway leaves none behind. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
	const folder = await mkdtemp(join(tmpdir(), 'headgate-test-'));
	try {
		return await work(folder);
	} finally {
		for (const [child, state] of running) if (state.startsWith(folder)) child.kill('SIGKILL');
		await rm(folder, { recursive: true, force: true });
	}
}

/** As under npm, which a gateway does not outlive: killed tests leave none behind either. */
function launch(args: readonly string[], environment: Readonly<Record<string, string>>) {
	const child = spawn(NODE, [join(repository, 'src/cli/headgate.ts'), ...args], {
		cwd: repository,
		stdio: 'pipe',
		env: { ...process.env, npm_lifecycle_event: 'test', ...environment },
	});
	const output = { stdout: '', stderr: '' };
	child.stdout.on('data', (chunk: Buffer) => {
		output.stdout += chunk.toString();
	});
	child.stderr.on('data', (chunk: Buffer) => {
		output.stderr += chunk.toString();
	});
	const ended = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')));
	return { child, output, ended };
}

function firstLine({ stdout }: ChildProcess): Promise<string> {
	return new Promise((resolve) => {
		let text = '';
		stdout?.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			const end = text.indexOf('\n');
			if (end >= 0) resolve(text.slice(0, end));
		});
	});
}
