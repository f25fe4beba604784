import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runtimePidFile, STATE_MARK } from './leftover.ts';

/**
 * Makes miniflare start workerd through a script of the state folder, which notes the process number and, where `setpriv` is
 * to be had (Linux), asks the kernel to end workerd with its parent: a gateway killed with -9 leaves nothing behind.
 */
export async function prepareLauncher(state: string): Promise<void> {
	if (process.platform === 'win32') return;
	const workerd = workerdBinary();
	const command = (await canTieToParent()) ? 'exec setpriv --pdeathsig KILL' : 'exec';
	const script = join(state, 'workerd.sh');
	await writeFile(script, ['#!/bin/sh', `echo $$ > ${quoted(runtimePidFile(state))}`, `${command} ${quoted(workerd)} "$@"`, ''].join('\n'));
	await chmod(script, 0o700);
	process.env['MINIFLARE_WORKERD_PATH'] = script;
	process.env[STATE_MARK] = state;
}

/** The workerd that belongs to our miniflare. */
function workerdBinary(): string {
	const miniflare = createRequire(import.meta.url).resolve('miniflare');
	const workerd: { readonly default: string } = createRequire(miniflare)('workerd');
	return workerd.default;
}

/** `HEADGATE_UNTIED=1` leaves the tie out, as on systems without setpriv. */
async function canTieToParent(): Promise<boolean> {
	if (process.platform !== 'linux' || process.env['HEADGATE_UNTIED'] === '1') return false;
	return promisify(execFile)('setpriv', ['--pdeathsig', 'KILL', 'true']).then(
		() => true,
		() => false,
	);
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
