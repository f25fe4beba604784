import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core';
import { AppError } from '../../lib/errors.ts';
import type { CodeRunner } from '../ports.ts';
import { brokenCode, rowsToText, textToRows } from './border.ts';
import { GUEST, quickJsBounds } from './guest.ts';
import { tellUserError, USER_FILE } from './user-error.ts';

/**
 * Of one batch and the interpreter itself; an isolate has 128 MB for everything. The interpreter's own limit counts its allocations
 * and not their size where it is built by Emscripten: what holds is how far its memory may grow.
 */
const MEMORY = 32 * 1024 * 1024;
const PAGE = 64 * 1024;
/** What the module asks for to begin with. */
const FIRST_PAGES = 256;
const STACK = 256 * 1024;
/**
 * The interpreter asks about every 10,000 steps whether to go on: about so often a second of its own time. Clocks stand still inside a
 * Worker while it computes, so steps are counted; where the clock does go on it ends the batch as well.
 */
const ASKED_A_SECOND = 1500;
/** Items and characters that built-in functions go through a second: measured from 10 million (lists) to 90 million (texts). */
const WORK_A_SECOND = 30_000_000;

export interface UserCode {
	readonly code: string;
	readonly timeoutSeconds: number;
}

/** User code in an interpreter that can be stopped. Each batch has a context of its own: nothing is kept between two. */
export async function quickJsRunner(wasm: WebAssembly.Module, user: UserCode): Promise<CodeRunner> {
	const [{ newQuickJSWASMModuleFromVariant, newVariant }, { default: variant }] = await Promise.all([
		import('quickjs-emscripten-core'),
		import('@jitl/quickjs-wasmfile-release-sync'),
	]);
	// Each runner has its own instance: what a stopped or starved one leaves behind goes with it.
	const open = async (): Promise<Instance> => {
		const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MEMORY / PAGE });
		return { memory, quickJs: await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule: wasm, wasmMemory: memory })) };
	};
	let instance: Instance | null = await open();
	return {
		async transform(rows) {
			instance ??= await open();
			const text = rowsToText(rows);
			try {
				return inContext(instance, user, text);
			} catch (error) {
				instance = null;
				throw error;
			}
		},
		close() {
			instance = null;
		},
	};
}

interface Instance {
	readonly quickJs: QuickJSWASMModule;
	readonly memory: WebAssembly.Memory;
}

interface Callbacks {
	/** Asked by the interpreter, through WebAssembly; what it throws goes the same way back to whoever called the interpreter. */
	shouldInterrupt: () => number;
}

/**
 * The library's own handler can only have the interpreter throw, and code can catch that: a spread, or an async function, makes an
 * exception like any other of it, and a loop around it went on for ever.
 */
function callbacksOf(quickJs: QuickJSWASMModule): Callbacks {
	const { callbacks } = (Reflect.get(quickJs, 'module') ?? {}) as { readonly callbacks?: Partial<Callbacks> };
	if (typeof callbacks?.shouldInterrupt !== 'function') throw new TypeError('the interpreter cannot be stopped: its library is another one');
	return callbacks as Callbacks;
}

function inContext({ quickJs, memory }: Instance, { code, timeoutSeconds }: UserCode, text: string): { rows: readonly unknown[] } | { error: string } {
	const runtime = quickJs.newRuntime();
	runtime.setMaxStackSize(STACK);
	const until = Date.now() + timeoutSeconds * 1000;
	let left = Math.ceil(timeoutSeconds * ASKED_A_SECOND);
	runtime.setInterruptHandler(() => false);
	callbacksOf(quickJs).shouldInterrupt = () => {
		if (--left < 0 || Date.now() > until) throw tooLong(timeoutSeconds);
		return 0;
	};
	const context = runtime.newContext();
	let whole = false;
	try {
		const outcome = evaluate(context, runtime, { code, timeoutSeconds }, text);
		whole = true;
		if ('text' in outcome) return { rows: textToRows(outcome.text) };
		if (isOutOfMemory(outcome.thrown, memory)) throw tooBig();
		if (outcome.loading === true) throw brokenCode(tellUserError(outcome.thrown));
		return { error: tellUserError(outcome.thrown) };
	} finally {
		// Left in the middle, or after a fault of its own, its books need not balance: the whole instance is dropped instead.
		if (whole) {
			context.dispose();
			runtime.dispose();
		}
	}
}

/** `loading`: before any row was looked at. */
type Outcome = { readonly text: string } | { readonly thrown: unknown; readonly loading?: true };

function evaluate(context: QuickJSContext, runtime: QuickJSRuntime, { code, timeoutSeconds }: UserCode, text: string): Outcome {
	for (const prelude of [GUEST, quickJsBounds(timeoutSeconds * WORK_A_SECOND)]) context.unwrapResult(context.evalCode(prelude, 'guest.js')).dispose();
	const run = context.getProp(context.global, '__run');
	context.unwrapResult(context.evalCode('delete globalThis.__run', 'guest.js')).dispose();
	const loaded = context.evalCode(code, USER_FILE, { type: 'module' });
	if (loaded.error !== undefined) return { ...thrown(context, [run], loaded.error), loading: true };
	if (context.typeof(loaded.value) === 'object' && context.getPromiseState(loaded.value).type === 'pending') {
		release([run, loaded.value]);
		return { thrown: { name: 'SyntaxError', message: 'the code waits at its top level: only transform may be async' }, loading: true };
	}
	const transform = context.getProp(loaded.value, 'transform');
	const input = context.newString(text);
	const called = context.callFunction(run, context.undefined, transform, input);
	const used = [run, loaded.value, transform, input];
	if (called.error !== undefined) return thrown(context, used, called.error);
	const settled = settle(context, runtime, called.value);
	if ('error' in settled) return thrown(context, [...used, called.value], settled.error);
	const outcome = context.getString(settled.value);
	if (settled.value !== called.value) settled.value.dispose();
	release([...used, called.value]);
	return { text: outcome };
}

/** What a promise came to once every job has been done; anything else is its own value. */
function settle(context: QuickJSContext, runtime: QuickJSRuntime, value: QuickJSHandle): { value: QuickJSHandle } | { error: QuickJSHandle } {
	if (context.typeof(value) === 'string') return { value };
	const jobs = runtime.executePendingJobs();
	if (jobs.error !== undefined) return { error: jobs.error };
	const state = context.getPromiseState(value);
	if (state.type === 'fulfilled') return { value: state.value };
	if (state.type === 'rejected') return { error: state.error };
	return { error: context.newError('transform waits for something that never happens: there are no timers and no network') };
}

function thrown(context: QuickJSContext, used: readonly QuickJSHandle[], error: QuickJSHandle): { readonly thrown: unknown } {
	const dumped: unknown = context.dump(error);
	release([...used, error]);
	return { thrown: dumped };
}

function release(handles: readonly QuickJSHandle[]): void {
	for (const handle of handles) handle.dispose();
}

/** Where not even the error could be made, null is thrown. Memory grows by a twentieth at least, so that it may end below its bound. */
function isOutOfMemory(error: unknown, { buffer }: WebAssembly.Memory): boolean {
	if (error === null) return buffer.byteLength > 0.9 * MEMORY;
	return typeof error === 'object' && 'message' in error && error.message === 'out of memory';
}

function tooLong(seconds: number): AppError {
	return new AppError('limit', `the code took longer than ${seconds} s for one batch and was stopped`, {
		hint: 'Look for a loop that does not end; raise timeout_seconds or lower batch_size where it only has much to do.',
	});
}

function tooBig(): AppError {
	return new AppError('limit', `the code needed more than ${MEMORY / 1024 / 1024} MB for one batch and was stopped`, {
		hint: 'Lower batch_size, or keep less at a time.',
	});
}
