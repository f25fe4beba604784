import { describe, expect, test } from 'vitest';
import type { UserCode } from '../../../../src/engine/code/quickjs.ts';
import type { CodeRunner } from '../../../../src/engine/ports.ts';

type Open = (user: UserCode) => Promise<CodeRunner>;

/** What user code may count on and cannot do, wherever it runs. */
export function codeSuite(where: string, open: Open): void {
	const transform = async (code: string, rows: readonly unknown[], timeoutSeconds = 10) => {
		const runner = await open({ code, timeoutSeconds });
		try {
			return await runner.transform(rows);
		} finally {
			runner.close();
		}
	};

	describe(where, () => {
		test('rows go in and out as the JSON of their types, and large numbers keep their digits', async () => {
			const code = `export function transform(rows) {
				return rows.map(({ id, big, note }) => ({
					id: id + 1, next: BigInt(big) + 1n, at: new Date(0), bytes: new Uint8Array([104, 105, 33, 10]), odd: NaN, far: -Infinity, gone: undefined, note,
				}));
			}`;
			expect(await transform(code, [{ id: 1, big: '9007199254740993', note: { list: [1, { deep: 'ä€😀' }] } }])).toEqual({
				rows: [
					{
						id: 2,
						next: '9007199254740994',
						at: '1970-01-01T00:00:00.000Z',
						bytes: 'aGkhCg==',
						odd: 'NaN',
						far: '-Infinity',
						note: { list: [1, { deep: 'ä€😀' }] },
					},
				],
			});
		});

		test('transform may be async and give any number of rows', async () => {
			const code = 'export async function transform(rows) { await null; return rows.flatMap((row) => [row, row]); }';
			expect(await transform(code, [{ a: 1 }])).toEqual({ rows: [{ a: 1 }, { a: 1 }] });
			expect(await transform('export const transform = () => [];', [{ a: 1 }])).toEqual({ rows: [] });
		});

		test('what it throws is told with line and column of the code', async () => {
			const code = 'const first = 1;\nexport function transform(rows) {\n\treturn rows.map((row) => row.name.length);\n}';
			const answer = await transform(code, [{ name: null }]);
			expect('error' in answer && answer.error).toMatch(/^TypeError: .*(null|property|properties).* \(line 3, column \d+\)$/i);
			expect(await transform('export async function transform() {\n\tthrow new Error("no more");\n}', [])).toEqual({
				error: expect.stringMatching(/^Error: no more \(line 2/),
			});
			expect(await transform('export function transform() { throw "plain"; }', [])).toMatchObject({ error: expect.stringContaining('plain') });
		});

		test('what no row is to blame for is refused: no module, no transform, no list of objects', async () => {
			const broken = (message: RegExp) => ({ code: 'invalid_input', retryable: false, message: expect.stringMatching(message) });
			await expect(transform('export const transform = (rows) => rows.map(;', [])).rejects.toMatchObject(broken(/token|could not be run/));
			await expect(transform('nowhere.to.be;\nexport const transform = (rows) => rows;', [])).rejects.toMatchObject(broken(/nowhere/));
			await expect(transform('export const other = 1;', [])).rejects.toMatchObject(broken(/exports no function called transform/));
			await expect(transform('export const transform = () => 7;', [])).rejects.toMatchObject(broken(/transform gave number/));
			await expect(transform('export const transform = () => [{}, null];', [])).rejects.toMatchObject(broken(/item 1 of what transform gave is null/));
			await expect(transform('Object.prototype.toJSON = () => 7;\nexport const transform = () => [{}];', [])).rejects.toMatchObject(broken(/no list any more/));
		});

		test('there is no network, no gateway and no file to reach', async () => {
			const code = `export async function transform() {
				const tries = { fetch: () => fetch('https://example.com'), socket: () => import('cloudflare:sockets').then(({ connect }) => connect('example.com:80').opened), file: () => import('node:fs').then(({ readFileSync }) => readFileSync('/etc/hosts')) };
				const rows = [];
				for (const [name, attempt] of Object.entries(tries)) {
					try { await attempt(); rows.push({ name, reached: true }); } catch { rows.push({ name, reached: false }); }
				}
				rows.push({ name: 'globals', reached: ['env', 'LOADER', 'DB', 'FILES', '__run'].some((name) => name in globalThis) });
				return rows;
			}`;
			const names = ['fetch', 'socket', 'file', 'globals'];
			expect(await transform(code, [])).toEqual({ rows: names.map((name) => ({ name, reached: false })) });
		});

		test('what it does to prototypes stays on its side', async () => {
			const code = `
				Object.prototype.stolen = 'yes';
				Array.prototype.map = () => ['map'];
				JSON.stringify = () => '[{"fooled":true}]';
				Array.isArray = () => true;
				export function transform(rows) { return [{ rows: rows.length, ['__proto__']: { admin: true } }]; }`;
			const answer = await transform(code, [{ a: 1 }]);
			expect('rows' in answer && JSON.stringify(answer.rows)).toBe('[{"rows":1,"__proto__":{"admin":true}}]');
			expect(({} as Record<string, unknown>)['stolen']).toBeUndefined();
			expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
			expect([1].map((n) => n + 1)).toEqual([2]);
		});
	});
}
