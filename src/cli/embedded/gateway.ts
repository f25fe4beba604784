import { join } from 'node:path';
import { Log, LogLevel, Miniflare } from 'miniflare';
import { AppError } from '../../lib/errors.ts';
import { bindings, CLEAN_UP, COMPATIBILITY, textsFrom, WORKER } from './bindings.ts';
import { bundleWorker, wasmBeside } from './bundle.ts';
import { prepareLauncher } from './launcher.ts';
import { runtimePid } from './leftover.ts';
import { applyMigrations } from './migrations.ts';
import type { GatewaySecrets } from './secrets.ts';

export interface GatewayOptions {
	/** Absolute; locked by the caller. */
	readonly state: string;
	readonly host: string;
	/** The Worker's own unless given. */
	readonly entry?: string;
	/** 0 lets the system choose. */
	readonly port: number;
	readonly secrets: Pick<GatewaySecrets, 'admin_token' | 'seal_key'>;
	/** One line of the Worker's log, or of the runtime's. */
	log(line: string): void;
}

export interface RunningGateway {
	/** Origin without a trailing slash, as this machine reaches it. */
	readonly url: string;
	/** Process number of the runtime; null where the system gives none. */
	readonly runtime: number | null;
	stop(): Promise<void>;
}

/** The Worker on embedded D1, R2 and Durable Objects, all below one folder. Reaches no other machine. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
	await prepareLauncher(options.state);
	const [contents, wasm] = await Promise.all([bundleWorker(options.entry ?? 'src/index.ts'), wasmBeside()]);
	const gateway = new Miniflare({
		host: options.host,
		port: options.port,
		cf: false,
		telemetry: { enabled: false },
		logRequests: false,
		enableDevRegistry: false,
		resourcePersistencePath: join(options.state, 'data'),
		log: new LogTo(options.log),
		handleStructuredLogs: ({ message }) => options.log(message),
		workers: [
			{
				config: {
					name: WORKER,
					compatibilityDate: COMPATIBILITY.date,
					compatibilityFlags: COMPATIBILITY.flags,
					manifest: { mainModule: 'index.js', modules: { 'index.js': { type: 'esm', contents }, ...wasm } },
					...bindings(
						{
							...textsFrom(process.env),
							HEADGATE_SEAL_KEY: options.secrets.seal_key,
							HEADGATE_ADMIN_TOKEN: options.secrets.admin_token,
						},
						process.env,
					),
				},
			},
		],
	});
	// miniflare ends the process itself on a signal, with a status that says "killed"; ours is an orderly end.
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		for (const listener of process.listeners(signal)) if (listener.name.startsWith('onSignal')) process.removeListener(signal, listener);
	}
	try {
		const { port } = await gateway.ready;
		await applyMigrations(gateway);
		const cleanUp = await pullCronTrigger(gateway, options.log);
		const stop = () => {
			clearInterval(cleanUp);
			return gateway.dispose();
		};
		return { url: `http://${reachable(options.host)}:${port}`, runtime: await runtimePid(options.state), stop };
	} catch (error) {
		await gateway.dispose().catch(() => undefined);
		throw startFailure(error, options);
	}
}

/** What Cloudflare does on a deployment; a clean-up that fails is tried again at the next turn. */
async function pullCronTrigger(gateway: Miniflare, log: GatewayOptions['log']): Promise<NodeJS.Timeout> {
	const worker = await gateway.getWorker(WORKER);
	const pull = () => worker.scheduled({ cron: CLEAN_UP.cron }).catch((error: unknown) => log(`The clean-up could not be started: ${String(error)}`));
	return setInterval(pull, CLEAN_UP.everyMs).unref();
}

class LogTo extends Log {
	readonly #write: (line: string) => void;
	constructor(write: (line: string) => void) {
		super(LogLevel.WARN);
		this.#write = write;
	}
	protected override log(message: string): void {
		this.#write(message);
	}
}

/** Addresses that mean "every interface" are no addresses to connect to. */
function reachable(host: string): string {
	if (host === '0.0.0.0' || host === '*') return '127.0.0.1';
	if (host === '::') return '[::1]';
	return host.includes(':') ? `[${host}]` : host;
}

function startFailure(error: unknown, { host, port }: GatewayOptions): unknown {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	if (code !== 'ERR_ADDRESS_IN_USE' && code !== 'EADDRINUSE') return error;
	return new AppError('conflict', `Port ${port} on ${host} is in use by another program.`, {
		hint: 'Choose another with --port N; --port 0 takes any free one.',
	});
}
