import { AppError } from '../lib/errors.ts';
import type { Json } from '../lib/json.ts';
import { describeFault, logger } from '../lib/log.ts';
import { BadRows } from './bad-rows.ts';
import { checkSinks, commitSinks, type Ending, endFailed } from './commit.ts';
import { countLine } from './count-line.ts';
import { failureOf, isForeseen } from './failure.ts';
import { ISOLATE_MEMORY } from './memory-pool.ts';
import { Meter } from './meter.ts';
import { attributed, NodeError, type RunScope } from './node-runtime.ts';
import type { ComponentFailure, ComponentProgress, ErrorClassCount, RunOutput, RunPorts, RunSpec, SliceBudget, SliceOutcome } from './ports.ts';
import { Runtime } from './runtime.ts';
import { createTables, StateTable } from './storage/tables.ts';

/** A run at work. Everything durable is in the storage: another execution on the same one goes on. */
export interface Execution {
	/** Works until the budget is spent, a wait begins or the run ends. A run that has ended gives its outcome again. */
	slice(budget: SliceBudget): Promise<SliceOutcome>;
	progress(): ComponentProgress[];
	/** Bad rows so far, by component and class. */
	errorClasses(): ErrorClassCount[];
	/** Leaves every destination as it was, unless its commit is done: staging gone, uploads aborted. Of no use afterwards but for `committed`. */
	abort(): Promise<void>;
	/** What was written to destinations whose commit is done. */
	committed(): RunOutput[];
}

export interface ExecutionOptions {
	/** Bytes that operators may hold in memory before the largest spills; a share of the isolate's where left out. */
	readonly memory?: number;
}

/** A passing fault of an outside system is tried again so often, with pauses of 1, 2, 4 … 64 s. */
const MOST_ATTEMPTS = 8;

type Phase = 'begin' | 'run' | 'check' | 'commit' | 'salvage' | 'abort' | 'completed' | 'failed';

interface SavedRun {
	readonly phase: Phase;
	readonly failures: ComponentFailure[];
	/** Passing faults since something last went well. */
	readonly attempts: number;
	readonly badRows: Json;
	readonly ended: Ending;
}

export function openExecution(spec: RunSpec, ports: RunPorts, options: ExecutionOptions = {}): Execution {
	return new SlicedExecution(spec, ports, options.memory ?? null);
}

class SlicedExecution implements Execution {
	readonly #spec: RunSpec;
	readonly #ports: RunPorts;
	readonly #memory: number | null;
	readonly #meter: Meter;
	/** Null after a fault: what is in memory may be half done, and is made anew from the last checkpoint. */
	#open: { runtime: Runtime; scope: RunScope; states: StateTable } | null = null;
	#phase: Phase = 'begin';
	#failures: ComponentFailure[] = [];
	#attempts = 0;
	#ended: Ending = {};

	constructor(spec: RunSpec, ports: RunPorts, memory: number | null) {
		this.#spec = spec;
		this.#ports = ports;
		this.#memory = memory;
		this.#meter = new Meter(ports.now);
		createTables(ports.storage);
	}

	async slice(budget: SliceBudget): Promise<SliceOutcome> {
		this.#meter.restart(budget);
		try {
			const { scope } = this.#opened();
			await scope.badRows.handOver();
			while (!isOver(this.#phase)) {
				const waiting = await this.#advance();
				if (waiting !== null) return waiting;
				if (this.#meter.spent && !isOver(this.#phase)) return { state: 'more', progress: this.#fraction() };
			}
		} catch (error) {
			const waiting = this.#fault(error);
			if (waiting !== null) return waiting;
			return { state: 'more', progress: this.#fraction() };
		}
		ISOLATE_MEMORY.leave(this);
		const outputs = this.#outputs();
		return this.#phase === 'completed' ? { state: 'completed', outputs } : { state: 'failed', failures: this.#failures, outputs };
	}

	progress(): ComponentProgress[] {
		return this.#opened().runtime.progress(new Set(this.#failures.map((failure) => failure.component)));
	}

	errorClasses(): ErrorClassCount[] {
		return this.#opened().scope.badRows.classes();
	}

	async abort(): Promise<void> {
		const { runtime, scope } = this.#opened();
		runtime.close();
		ISOLATE_MEMORY.leave(this);
		this.#ended = await endFailed(runtime, scope, this.#ended, { keep: false, patient: false });
	}

	committed(): RunOutput[] {
		return this.#outputs();
	}

	/** One phase, or one slice of it. */
	async #advance(): Promise<SliceOutcome | null> {
		const { runtime, scope } = this.#opened();
		switch (this.#phase) {
			case 'begin':
				await runtime.prepare();
				for (const { node, sink } of runtime.sinks()) await attributed(node, () => sink.begin());
				scope.lines.push({ level: 'info', message: 'the run has begun', component: null });
				this.#checkpoint('run');
				return null;
			case 'run':
			case 'salvage':
				return this.#work(runtime, scope);
			case 'check':
				await checkSinks(runtime);
				this.#checkpoint('commit');
				return null;
			case 'commit':
				await commitSinks(runtime, this.#ended, (ended) => this.#checkpoint('commit', ended));
				for (const node of runtime.nodes) await attributed(node, async () => node.operator.committed?.());
				this.#checkpoint('completed');
				return null;
			case 'abort':
				this.#checkpoint('failed', await endFailed(runtime, scope, this.#ended, { keep: true, patient: this.#attempts < MOST_ATTEMPTS }));
				return null;
			default:
				return null;
		}
	}

	async #work(runtime: Runtime, scope: RunScope): Promise<SliceOutcome | null> {
		const meter = this.#meter;
		meter.newRound();
		while (runtime.isMidway || !(meter.spent || meter.checkpointWanted)) {
			if (!(await runtime.step())) break;
			if (!meter.takesBreath()) continue;
			await this.#ports.breathe?.();
			meter.breathed();
		}
		const finished = runtime.finished;
		if (finished) for (const each of this.progress()) scope.lines.push({ level: 'info', message: countLine(each), component: each.name });
		// Before the checkpoint, so that one says both: that all rows are there, and that they may be shown.
		const unmet =
			finished && this.#phase === 'run'
				? await checkSinks(runtime).then(
						() => null,
						(error: NodeError) => error,
					)
				: null;
		const next = this.#phase === 'run' ? (unmet === null ? 'commit' : 'check') : 'abort';
		this.#checkpoint(finished ? next : this.#phase, this.#ended, finished);
		await scope.badRows.handOver();
		if (unmet !== null) throw unmet;
		await runtime.afterCheckpoint();
		const sent = runtime.settle();
		this.#attempts = 0;
		// Whoever goes on from the storage alone must know of it: sent again, a request would come twice without need.
		if (sent && (meter.spent || meter.wait !== null)) this.#checkpoint(this.#phase);
		const { wait } = meter;
		return wait === null ? null : { state: 'waiting', progress: this.#fraction(), resumeAt: wait.until, because: wait.because };
	}

	/** Everything that a slice learned, in one transaction. */
	#checkpoint(phase: Phase, ended: Ending = this.#ended, last = false): void {
		const { runtime, scope, states } = this.#opened();
		this.#ports.storage.transaction(() => {
			runtime.save(states);
			const saved: SavedRun = { phase, failures: this.#failures, attempts: this.#attempts, badRows: scope.badRows.checkpoint(last), ended };
			states.write('', saved as unknown as Json);
			for (const line of scope.lines.splice(0)) this.#ports.log(line.level, line.message, line.component);
		});
		this.#phase = phase;
		this.#ended = ended;
	}

	/** A passing fault pauses the run; any other ends it, and what failed rows went to is still brought home. */
	#fault(error: unknown): SliceOutcome | null {
		const cause = error instanceof NodeError ? error.cause : error;
		if (cause instanceof AppError && cause.retryable && this.#attempts < MOST_ATTEMPTS) return this.#pause(error, cause);
		if (!(error instanceof NodeError) && !isForeseen(cause)) {
			// No component's doing but the storage's: who called may try again from the last checkpoint.
			this.#open = null;
			throw error;
		}
		if (!isForeseen(cause)) logger({ run: this.#spec.runId }).error('a component broke', { error: describeFault(cause) });
		const { runtime, scope } = this.#opened();
		const node = error instanceof NodeError ? error.runtime.node : this.#spec.plan.nodes[0];
		const failure = node === undefined ? null : failureOf(node, cause);
		if (failure !== null) this.#failures.push(this.#shown(failure));
		scope.lines.push({ level: 'error', message: failure?.message ?? String(cause), component: failure?.name ?? null });
		if (this.#phase === 'run') runtime.salvage();
		this.#checkpoint(this.#phase === 'run' ? 'salvage' : 'abort');
		return null;
	}

	/** Whatever a text came from: the class and the names of components are ours, all else may repeat what it was given. */
	#shown(failure: ComponentFailure): ComponentFailure {
		const { redact } = this.#ports;
		return { ...failure, message: redact(failure.message), hint: redact(failure.hint), sample: failure.sample === null ? null : redact(failure.sample) };
	}

	#pause(error: unknown, cause: AppError): SliceOutcome {
		const component = error instanceof NodeError ? error.runtime.node.component.name : null;
		const progress = this.#fraction();
		this.#attempts++;
		this.#open?.runtime.close();
		this.#open = null;
		const states = new StateTable(this.#ports.storage);
		const saved = states.read('') as unknown as SavedRun | undefined;
		const run: SavedRun = { phase: this.#phase, failures: this.#failures, badRows: saved?.badRows ?? null, ended: this.#ended, attempts: this.#attempts };
		this.#ports.storage.transaction(() => states.write('', run as unknown as Json));
		const asked = cause.details?.['retry_after_ms'];
		const resumeAt = this.#ports.now() + Math.max(1000 * 2 ** (this.#attempts - 1), typeof asked === 'number' ? asked : 0);
		const message = this.#ports.redact(cause.message);
		if (!this.#meter.halted) this.#ports.log('warn', `${message.replace(/\.$/, '')}; trying again (${this.#attempts} of ${MOST_ATTEMPTS})`, component);
		return { state: 'waiting', progress, resumeAt, because: message };
	}

	#opened(): { runtime: Runtime; scope: RunScope; states: StateTable } {
		if (this.#open !== null) return this.#open;
		const states = new StateTable(this.#ports.storage);
		const saved = states.read('') as unknown as SavedRun | undefined;
		this.#phase = saved?.phase ?? 'begin';
		this.#failures = saved?.failures ?? [];
		this.#attempts = saved?.attempts ?? 0;
		this.#ended = saved?.ended ?? {};
		const badRows = new BadRows(this.#spec.plan.settings, this.#ports, saved?.badRows ?? undefined);
		const scope: RunScope = {
			spec: this.#spec,
			ports: this.#ports,
			badRows,
			meter: this.#meter,
			memory: () => this.#memory ?? ISOLATE_MEMORY.share(this),
			lines: [],
		};
		this.#open = { runtime: new Runtime(scope, states), scope, states };
		return this.#open;
	}

	#outputs(): RunOutput[] {
		const { runtime } = this.#opened();
		const kept = (id: string) => this.#phase === 'completed' || this.#ended[id] === 'committed';
		return runtime
			.sinks()
			.filter(({ node }) => kept(node.node.id))
			.map(({ sink }) => sink.output())
			.map((output) => ({ ...output, target: output.target === null ? null : this.#ports.redact(output.target) }));
	}

	#fraction(): number {
		if (this.#phase === 'check' || this.#phase === 'commit' || this.#phase === 'completed') return 0.99;
		return this.#open?.runtime.fraction ?? 0;
	}
}

function isOver(phase: Phase): boolean {
	return phase === 'completed' || phase === 'failed';
}
