import { expect, test } from 'vitest';
import type { UserCode } from '../../../../src/engine/code/quickjs.ts';
import type { CodeRunner } from '../../../../src/engine/ports.ts';

type Open = (user: UserCode) => Promise<CodeRunner>;

const ENDLESS: Readonly<Record<string, string>> = {
	'a loop': 'export function transform() { for (;;) {} }',
	'a loop at the top': 'for (;;) {}\nexport const transform = (rows) => rows;',
	'a loop that catches everything': 'export function transform() { for (;;) { try { for (;;) {} } catch {} } }',
	'a loop of promises': 'export async function transform() { for (;;) await null; }',
	'a regular expression': "export const transform = () => [{ a: /^(a+)+$/.test('a'.repeat(60) + 'b') }];",
	'a loop of long texts': "export const transform = () => { for (;;) try { 'x'.repeat(1e7); ''.padEnd(1e7, 'ab'); } catch {} };",
	'a loop over long lists': 'const list = new Array(1e6).fill(1);\nexport const transform = () => { for (;;) try { list.slice(); } catch {} };',
	'a loop of spreads that catches everything':
		'const endless = { [Symbol.iterator]: () => ({ next() { for (;;) {} } }) };\nexport const transform = () => { for (;;) try { [...endless]; } catch {} };',
	'a loop of async functions that catches everything':
		'export const transform = async () => { for (;;) try { await (async () => { for (;;) {} })(); } catch {} };',
	'a loop over the items of a long list':
		'const list = new Array(2e5).fill(1);\nexport const transform = () => { for (;;) try { new Set([...list]); } catch {} };',
	'a loop over the names of a long list':
		'const list = new Array(2e5).fill(1);\nexport const transform = () => { for (;;) try { Object.keys(list); } catch {} };',
	'a loop of long JSON': 'const list = new Array(2e5).fill(1);\nexport const transform = () => { for (;;) try { JSON.stringify(list); } catch {} };',
	'a loop of numbers that change while they are looked at':
		"export const transform = () => { for (let n = 0; ; ) try { 'x'.repeat({ valueOf: () => (n++ % 2 === 0 ? 1 : 1e7) }); } catch {} };",
	'a getter that never ends': 'export const transform = () => [{ get a() { for (;;) {} } }];',
};

const REFUSED: Readonly<Record<string, readonly [code: string, says: RegExp]>> = {
	'a list that is long by its length alone': [
		'export const transform = () => [{ a: Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) }];',
		/too long here/,
	],
	'a list that is full of holes': ['export const transform = () => { const a = []; a.length = 4294967295; return [{ a: a.includes(1) }]; };', /too long here/],
	'a length that lies': ['export const transform = () => [{ a: Array.prototype.join.call({ get length() { return 2 ** 53 - 1; } }) }];', /too long here/],
	'a search that fails everywhere': ["export const transform = () => [{ a: 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b') }];", /too much work/],
	'a search for what is a text only when it is looked for': [
		"export const transform = () => [{ a: 'a'.repeat(4e6).indexOf({ toString: () => 'a'.repeat(2e6) + 'b' }) }];",
		/too much work/,
	],
	'a search behind an iterator that hides what is searched for': [
		"Array.prototype[Symbol.iterator] = () => ({ next: () => ({ done: true }) });\nexport const transform = () => [{ a: 'a'.repeat(4e6).indexOf('a'.repeat(2e6) + 'b') }];",
		/too much work/,
	],
	'recursion without end': ['const f = () => f() + 1;\nexport const transform = () => [{ a: f() }];', /stack|recursion/i],
	'a promise nobody keeps': ['export const transform = () => new Promise(() => {});', /never happens/],
};

/** Code that means harm, where it is interpreted: it is stopped, and the next batch is none the worse. */
export function hostileSuite(open: Open): void {
	test.each(Object.entries(ENDLESS))('%s is stopped when its time is over', async (_, code) => {
		const runner = await open({ code, timeoutSeconds: 0.1 });
		await expect(runner.transform([])).rejects.toMatchObject({
			code: 'limit',
			retryable: false,
			message: 'the code took longer than 0.1 s for one batch and was stopped',
		});
		await expect(runner.transform([])).rejects.toMatchObject({ code: 'limit' });
		runner.close();
	});

	test.each(Object.entries(REFUSED))('%s is an error of the code', async (_, [code, says]) => {
		const runner = await open({ code, timeoutSeconds: 5 });
		expect(await runner.transform([])).toEqual({ error: expect.stringMatching(says) });
		runner.close();
	});

	test('waiting at the top level is refused', async () => {
		const runner = await open({ code: 'await new Promise(() => {});\nexport const transform = (rows) => rows;', timeoutSeconds: 5 });
		await expect(runner.transform([])).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('only transform may be async') });
		runner.close();
	});

	test('memory without end is refused, and the next batch has all of it again', async () => {
		const code = 'export function transform(rows) { if (rows.length > 0) return rows; const kept = []; for (;;) kept.push(new Uint8Array(1e6)); }';
		const runner = await open({ code, timeoutSeconds: 10 });
		await expect(runner.transform([])).rejects.toMatchObject({ code: 'limit', message: 'the code needed more than 32 MB for one batch and was stopped' });
		expect(await runner.transform([{ a: 1 }])).toEqual({ rows: [{ a: 1 }] });
		runner.close();
	});

	test('memory is counted by its size, and what was given back is there again', async () => {
		const code = (kept: number) => `export function transform() {
			const all = [];
			for (let i = 0; i < 100; i++) { all.push(new Uint8Array(1e6)); if (all.length > ${kept}) all.length = 0; }
			return [{ all: all.length }];
		}`;
		const runner = await open({ code: code(50), timeoutSeconds: 10 });
		await expect(runner.transform([])).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining('more than 32 MB') });
		const small = await open({ code: 'export function transform() { const all = []; for (;;) all.push({ n: all.length }); }', timeoutSeconds: 10 });
		await expect(small.transform([])).rejects.toMatchObject({ code: 'limit', message: expect.stringContaining('more than 32 MB') });
		small.close();
		const thrifty = await open({ code: code(9), timeoutSeconds: 10 });
		expect(await thrifty.transform([])).toEqual({ rows: [{ all: 0 }] });
		runner.close();
		thrifty.close();
	});

	test('more than goes through at once is refused', async () => {
		const runner = await open({ code: "export const transform = () => [{ a: 'x'.repeat(9_000_000), b: 'y'.repeat(8_000_000) }];", timeoutSeconds: 10 });
		await expect(runner.transform([])).rejects.toMatchObject({ code: 'limit' });
		runner.close();
	});

	test('nothing is kept from one batch to the next', async () => {
		const code = 'let seen = 0;\nObject.prototype.mark ??= 0;\nexport const transform = () => [{ seen: ++seen, mark: ++Object.prototype.mark }];';
		const runner = await open({ code, timeoutSeconds: 5 });
		expect(await runner.transform([])).toEqual({ rows: [{ seen: 1, mark: 1 }] });
		expect(await runner.transform([])).toEqual({ rows: [{ seen: 1, mark: 1 }] });
		runner.close();
	});
}
