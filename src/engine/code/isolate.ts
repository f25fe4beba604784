import { AppError } from '../../lib/errors.ts';
import type { CodeRunner } from '../ports.ts';
import { brokenCode, rowsToText, textToRows } from './border.ts';
import { GUEST } from './guest.ts';
import type { UserCode } from './quickjs.ts';
import { tellUserError, USER_FILE } from './user-error.ts';

/** The user's own module is loaded by name, so that a fault in it is told and does not keep the isolate from starting. */
const MAIN = `
import { WorkerEntrypoint } from 'cloudflare:workers';
import './guest.js';
const run = globalThis.__run;
delete globalThis.__run;
export default class extends WorkerEntrypoint {
	async transform(text) {
		let loading = true;
		try {
			const user = await import('./${USER_FILE}');
			loading = false;
			return { text: await run(user.transform, text) };
		} catch (error) {
			const { name, message, stack } = error ?? {};
			return { loading, thrown: { name: String(name ?? ''), message: String(message ?? error), stack: String(stack ?? '') } };
		}
	}
}
`;

interface Guest {
	transform(text: string): Promise<{ readonly text: string } | { readonly thrown: unknown; readonly loading: boolean }>;
}

/** User code in an isolate of its own: no network, no bindings, stopped by the platform past its processor time. */
export async function isolateRunner(loader: WorkerLoader, { code, timeoutSeconds }: UserCode): Promise<CodeRunner> {
	const load = () =>
		loader.load({
			compatibilityDate: '2026-11-01',
			mainModule: 'main.js',
			modules: { 'main.js': MAIN, 'guest.js': GUEST, [USER_FILE]: code },
			globalOutbound: null,
			env: {},
			limits: { cpuMs: Math.ceil(timeoutSeconds * 1000), subRequests: 0 },
		});
	let worker: ReturnType<typeof load> | null = load();
	return {
		async transform(rows) {
			worker ??= load();
			const guest = worker.getEntrypoint() as unknown as Guest;
			let answer: Awaited<ReturnType<Guest['transform']>>;
			try {
				answer = await guest.transform(rowsToText(rows));
			} catch (error) {
				worker = null;
				throw stopped(error, timeoutSeconds);
			}
			if ('text' in answer) return { rows: textToRows(answer.text) };
			const error = tellUserError(answer.thrown);
			if (answer.loading) throw brokenCode(error);
			return { error };
		},
		close() {
			worker = null;
		},
	};
}

/** The platform ended the isolate, or could not begin it. */
function stopped(error: unknown, seconds: number): AppError {
	const message = error instanceof Error ? error.message : String(error);
	if (/cpu|time limit|memory/i.test(message)) {
		return new AppError('limit', `the code was stopped: it took longer than ${seconds} s or more memory than an isolate has for one batch`, {
			hint: 'Look for a loop that does not end; raise timeout_seconds or lower batch_size where it only has much to do.',
		});
	}
	return brokenCode(`the code could not be run: ${tellUserError({ message, stack: message })}`);
}
