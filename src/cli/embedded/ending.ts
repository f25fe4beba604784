import { isRuntimeOf } from './leftover.ts';

/** Longest an orderly end may take before the process leaves without it. */
const PATIENCE_MS = 4000;
const LOOK_MS = 250;

/** Why serving ended. */
export type Ending = 'asked' | 'runtime gone';

/** Whether, and when, the process was asked to end. */
export interface Asked {
	readonly yet: boolean;
	readonly when: Promise<Ending>;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP, and for the end of the npm that runs us: killed with -9 it passes nothing on.
 * Called before a gateway is started, so that one that is asked to end while it starts still ends in order.
 */
export function listenForEnd(): Asked {
	const state = { yet: false };
	const when = new Promise<Ending>((resolve) => {
		const ask = () => {
			state.yet = true;
			resolve('asked');
		};
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
		if (process.env['npm_lifecycle_event'] === undefined) return;
		const npm = process.ppid;
		setInterval(() => process.ppid !== npm && ask(), LOOK_MS).unref();
	});
	return {
		get yet() {
			return state.yet;
		},
		when,
	};
}

/** What is opened; null where opening failed because the process was asked to end: Ctrl-C reaches the runtime as well as us. */
export async function openUnlessAsked<Opened>(asked: Asked, open: () => Promise<Opened>): Promise<Opened | null> {
	try {
		return await open();
	} catch (error) {
		if (asked.yet) return null;
		throw error;
	}
}

/** Resolves when it is asked to end, or when the runtime ended by itself. */
export async function untilEnd({ when }: Asked, runtime: number | null, state: string): Promise<Ending> {
	let watch: NodeJS.Timeout | undefined;
	const gone = new Promise<Ending>((resolve) => {
		watch = setInterval(async () => {
			if (runtime !== null && !(await isRuntimeOf(runtime, state))) resolve('runtime gone');
		}, LOOK_MS);
	});
	return Promise.race([when, gone]).finally(() => clearInterval(watch));
}

/** Closes in good order; what hangs does not hold the process. */
export async function closeInTime(close: () => Promise<void>, status: number): Promise<number> {
	const late = setTimeout(() => process.exit(status), PATIENCE_MS);
	await close();
	clearTimeout(late);
	return status;
}
