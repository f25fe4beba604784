import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { quickJsRunner, type UserCode } from '../../../../src/engine/code/quickjs.ts';
import type { CodeRunner } from '../../../../src/engine/ports.ts';

let compiled: Promise<WebAssembly.Module> | undefined;

/** The interpreter that runs user code on one machine, here in Node. */
export async function openCode(user: UserCode): Promise<CodeRunner> {
	compiled ??= readFile(createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')).then((bytes) =>
		(WebAssembly as unknown as { compile(bytes: Uint8Array): Promise<WebAssembly.Module> }).compile(bytes),
	);
	return quickJsRunner(await compiled, user);
}
