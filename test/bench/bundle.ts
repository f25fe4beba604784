import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { bundleWorker, REPOSITORY } from '../../src/cli/embedded/bundle.ts';
import { median } from './median.ts';
import { threadsMs } from './processor.ts';
import type { Workload } from './report.ts';
import { startScript } from './started-script.ts';

/** Enough that the median stands still, in which a machine's other work shows least. */
const ROUNDS = 9;

/**
 * The whole Worker, minified as it is deployed, beside itself without authorization, and beside another commit where one is
 * named: what is uploaded, and the processor time an isolate needs until its first answer, an empty Worker's taken off.
 */
export async function benchBundle(commit: string | null, say: (line: string) => void): Promise<readonly Workload[]> {
	const scripts: Record<string, string> = {
		headgate: await bundleWorker('src/index.ts', { minify: true }),
		without_authorization: await bundleWorker('src/index.ts', { minify: true, plugins: [withoutAuthorization] }),
		...(commit === null ? {} : { [`at_${commit}`]: await bundleAt(commit) }),
	};
	const compressed = Object.entries(scripts).map(([name, script]) => [name, gzipSync(script).byteLength / 1024] as const);
	return [
		{ name: 'worker_gzip', unit: 'kib', values: Object.fromEntries(compressed) },
		{ name: 'worker_start_up', unit: 'cpu_ms', values: await startUps(scripts, say) },
	];
}

const EMPTY = 'export default { fetch: () => new Response() };';

async function startUps(scripts: Readonly<Record<string, string>>, say: (line: string) => void): Promise<Record<string, number>> {
	const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
	const taken = new Map<string, number[]>([...Object.keys(scripts), 'empty'].map((name) => [name, []]));
	try {
		for (let round = 0; round < ROUNDS; round++) {
			for (const [name, script] of [...Object.entries(scripts), ['empty', EMPTY] as const]) taken.get(name)?.push(await startUp(script, folder));
			say(`start-up: round ${round + 1} of ${ROUNDS}`);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	const of = (name: string) => median(taken.get(name) ?? []);
	return Object.fromEntries(Object.keys(scripts).map((name) => [name, of(name) - of('empty')]));
}

/** What a fresh runtime has used once it answered `/healthz`, which asks no binding for anything. */
async function startUp(script: string, folder: string): Promise<number> {
	const { url, pid, stop } = await startScript(script, folder);
	try {
		const response = await fetch(new URL('/healthz', url));
		if (response.status !== 200) throw new Error(`/healthz answered ${response.status}`);
		return threadsMs(pid);
	} finally {
		await stop();
	}
}

/** The routes that sign people in and issue tokens, as if there were none; that tokens are checked remains. */
const withoutAuthorization: Plugin = {
	name: 'without-authorization',
	setup({ onLoad }) {
		const contents =
			"import { Hono } from 'hono'; export const dashboard = new Hono(); export const oauth = new Hono(); export const home = (c) => c.text('');";
		onLoad({ filter: /src\/http\/(?:dashboard\/index\.tsx|oauth\/index\.ts|pages\/home\.tsx)$/ }, () => ({ contents, resolveDir: REPOSITORY }));
	},
};

/** The Worker of another commit, over the packages that are installed now. */
async function bundleAt(commit: string): Promise<string> {
	const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: REPOSITORY });
	const folder = await mkdtemp(join(tmpdir(), 'headgate-commit-'));
	try {
		await git('worktree', 'add', '--detach', join(folder, 'tree'), commit);
		await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'tree/node_modules'));
		return await bundleWorker('src/index.ts', { minify: true, root: join(folder, 'tree') });
	} finally {
		await git('worktree', 'remove', '--force', join(folder, 'tree'));
		await rm(folder, { recursive: true, force: true });
	}
}
