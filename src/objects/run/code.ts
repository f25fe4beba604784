import { isolateRunner } from '../../engine/code/isolate.ts';
import { quickJsRunner, type UserCode } from '../../engine/code/quickjs.ts';
import type { CodeRunner } from '../../engine/ports.ts';

/**
 * Where user code runs: in an isolate of its own where the platform stops one that runs away (a deployment says so), else in an
 * interpreter that we stop ourselves. Loaded with the first run that has any.
 */
export async function openCode(env: Env, user: UserCode): Promise<CodeRunner> {
	// A gateway on one's own machine has no loader, whatever its environment says: nothing there would stop an isolate.
	const loader = env.LOADER as WorkerLoader | undefined;
	if (env.HEADGATE_CODE_ISOLATES === 'true' && loader !== undefined) return isolateRunner(loader, user);
	// By its file: bundlers know a module of WebAssembly by how the name ends, and the package's own name for it ends otherwise.
	const { default: wasm } = await import('../../../node_modules/@jitl/quickjs-wasmfile-release-sync/dist/emscripten-module.wasm');
	return quickJsRunner(wasm, user);
}
