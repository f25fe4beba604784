import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '../../lib/errors.ts';
import { REPOSITORY } from '../embedded/bundle.ts';

/** Cloudflare's tool, signed in as whoever deploys (`wrangler login`, or CLOUDFLARE_API_TOKEN). */
export interface Wrangler {
	/** Runs a command and gives what it prints; where it fails, the error's message has what it printed. */
	read(...args: readonly string[]): Promise<string>;
	/** Runs a command whose output is for the person who watches. */
	show(...args: readonly string[]): Promise<void>;
}

export function installedWrangler(): Wrangler {
	const manifest = createRequire(import.meta.url).resolve('wrangler/package.json');
	const script = join(dirname(manifest), 'bin/wrangler.js');
	const env = { ...process.env, WRANGLER_SEND_METRICS: 'false' };
	return {
		async read(...args) {
			const child = spawn(process.execPath, [script, ...args], {
				cwd: REPOSITORY,
				stdio: ['ignore', 'pipe', 'pipe'],
				env: { ...env, NO_COLOR: '1', FORCE_COLOR: '0' },
			});
			const [status, printed, complained] = await Promise.all([ended(child), text(child.stdout), text(child.stderr)]);
			if (status !== 0) throw failure(args, status, `${printed}${complained}`);
			return printed;
		},
		async show(...args) {
			const status = await ended(spawn(process.execPath, [script, ...args], { cwd: REPOSITORY, stdio: ['ignore', 'inherit', 'inherit'], env }));
			if (status !== 0) throw failure(args, status, '');
		},
	};
}

const ended = (child: ChildProcess): Promise<number> =>
	new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (code) => resolve(code ?? 1));
	});

function failure(args: readonly string[], status: number, printed: string): AppError {
	return new AppError('upstream', `wrangler ${args.slice(0, 3).join(' ')} ended with status ${status}. ${printed.trim()}`.trim(), {
		hint: 'Not signed in? Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN.',
	});
}
