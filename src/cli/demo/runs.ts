import { setTimeout as pause } from 'node:timers/promises';
import type { Assistant } from './assistant.ts';

/** What get_run says, as far as the demo reads it. */
export interface Run {
	readonly id: number;
	readonly status: string;
	readonly progress: number;
	readonly runtime_in_seconds: number | null;
	readonly outputs: readonly {
		readonly name: string;
		readonly records_count: number;
		readonly target: string | null;
		readonly rows?: readonly Readonly<Record<string, unknown>>[];
	}[];
	/** Of a workflow. */
	readonly tasks?: readonly { readonly id: string; readonly name: string; readonly status: string; readonly run_id: number | null }[];
	readonly components: readonly { readonly id: string; readonly name: string; readonly rows_in: number; readonly rows_out: number }[];
}

export interface Explanation {
	readonly primary_error: { readonly name: string; readonly class: string; readonly message: string; readonly hint: string } | null;
	readonly next_steps: readonly string[];
}

/** Runs a package and waits for its end, as an assistant would: run_package with some patience, then get_run. `onProgress` gets 0..1. */
export async function runToEnd(assistant: Assistant, package_id: number, onProgress: (progress: number, status: string) => void): Promise<Run> {
	const { run_id } = await assistant.call<{ run_id: number }>('run_package', { package_id, wait_seconds: 20 }, onProgress);
	for (;;) {
		const run = await assistant.call<Run>('get_run', { run_id });
		onProgress(run.progress, run.status);
		if (['completed', 'failed', 'stopped'].includes(run.status)) return run;
		await pause(500);
	}
}
