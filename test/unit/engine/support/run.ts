import type { OpenConnection } from '../../../../src/connectors/connector.ts';
import { openExecution } from '../../../../src/engine/execution.ts';
import type { CodeRunner, ComponentProgress, ErrorClassCount, RunPorts, RunSpec, SliceBudget, SliceOutcome } from '../../../../src/engine/ports.ts';
import type { Plan } from '../../../../src/plan/plan.ts';
import { type MemoryStorage, memoryStorage } from './run-storage.ts';

export interface RunSetup {
	readonly payload?: readonly unknown[];
	readonly connections?: Record<number, OpenConnection>;
	readonly budget?: SliceBudget;
	readonly memory?: number;
	/** Throws the execution away after every slice and opens another on the same storage. */
	readonly reopen?: boolean;
	readonly storage?: MemoryStorage;
	readonly openCode?: (code: { readonly code: string; readonly timeoutSeconds: number }) => Promise<CodeRunner>;
	readonly redact?: (text: string) => string;
	/** A moment to let the storage die. */
	readonly beforeSlice?: (storage: MemoryStorage) => void;
}

export interface FinishedRun {
	readonly outcome: Extract<SliceOutcome, { state: 'completed' | 'failed' }>;
	/** Rows of the result destination of that name. */
	rows(component?: string): readonly Record<string, unknown>[];
	readonly log: readonly string[];
	/** Bad rows by component and class. */
	readonly errorClasses: readonly ErrorClassCount[];
	readonly badRecords: readonly Record<string, unknown>[];
	readonly progress: readonly ComponentProgress[];
	readonly slices: number;
	/** How often others in the isolate were given a turn. */
	readonly breaths: number;
	readonly storage: MemoryStorage;
}

export const PLENTY: SliceBudget = { bytes: 1 << 30, batches: 1_000_000 };
const MOST_SLICES = 100_000;

/** Runs a plan to its end, waiting in no real time. */
export async function run(plan: Plan, setup: RunSetup = {}): Promise<FinishedRun> {
	const storage = setup.storage ?? memoryStorage();
	const log: string[] = [];
	const pages = new Map<number, string>();
	let now = 0;
	let breaths = 0;
	const spec: RunSpec = { runId: 7, accountId: 1, plan, payload: setup.payload ?? null };
	const ports: RunPorts = {
		storage,
		async connection(id) {
			const found = setup.connections?.[id];
			if (found === undefined) throw new Error(`no connection ${id}`);
			return found;
		},
		log: (level, message, component) => log.push(`${level} ${component ?? '-'} ${message}`),
		now: () => now,
		redact: setup.redact ?? ((text) => text),
		breathe: async () => void breaths++,
		keepBadRecords: async (part, ndjson) => void pages.set(part, ndjson),
		...(setup.openCode === undefined ? {} : { openCode: setup.openCode }),
	};
	const options = setup.memory === undefined ? {} : { memory: setup.memory };
	let execution = openExecution(spec, ports, options);
	for (let slices = 1; slices < MOST_SLICES; slices++) {
		setup.beforeSlice?.(storage);
		let outcome: SliceOutcome;
		try {
			outcome = await execution.slice(setup.budget ?? PLENTY);
		} catch (error) {
			if (!storage.isDead) throw error;
			storage.revive();
			execution = openExecution(spec, ports, options);
			continue;
		}
		if (outcome.state === 'waiting') now = Math.max(now, outcome.resumeAt);
		if (outcome.state === 'completed' || outcome.state === 'failed') {
			return {
				outcome,
				rows: (component) => outcome.outputs.find((output) => component === undefined || output.component === component)?.rows ?? [],
				log,
				errorClasses: execution.errorClasses(),
				badRecords: [...pages.keys()]
					.sort((a, b) => a - b)
					.flatMap((part) => (pages.get(part) as string).trim().split('\n'))
					.map((line) => JSON.parse(line) as Record<string, unknown>),
				progress: execution.progress(),
				slices,
				breaths,
				storage,
			};
		}
		if (setup.reopen === true) execution = openExecution(spec, ports, options);
	}
	throw new Error('the run does not end');
}
