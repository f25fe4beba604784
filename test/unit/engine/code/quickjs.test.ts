import { expect, test } from 'vitest';
import { parseJsonExact } from '../../../../src/data/json.ts';
import { rowsToText } from '../../../../src/engine/code/border.ts';
import type { Operator } from '../../../../src/plan/operators.ts';
import { openCode } from '../support/code.ts';
import { aNode, aPlan, payload, result } from '../support/plans.ts';
import { run } from '../support/run.ts';
import { hostileSuite } from './hostile.ts';
import { codeSuite } from './suite.ts';

codeSuite('code in the interpreter', openCode);
hostileSuite(openCode);

test('a number inside a json value that a double would not keep goes in as text', () => {
	expect(rowsToText([{ a: parseJsonExact('{"n": 9007199254740993, "m": 1.5}') }])).toBe('[{"a":{"n":"9007199254740993","m":1.5}}]');
});

const EXPRESSIONS = [
	"'a,b,,c'.split(',')",
	"'abc'.split('')",
	"'a1b2'.split(/\\d/)",
	"'abc'.split()",
	"'abcabc'.split('b', 1)",
	"'aXbX'.replace('X', '$&-')",
	"'a1b22'.replace(/\\d+/g, (digits) => digits.length)",
	"'aXbX'.replaceAll('X', () => 'y')",
	"'a1b2'.replaceAll(/\\d/g, '<$&>')",
	"(() => { try { return 'a1'.replaceAll(/1/, ''); } catch (error) { return error.name; } })()",
	"(() => { try { return 'a1'.includes(/1/); } catch (error) { return error.name; } })()",
	'(() => { try { return String.prototype.trim.call(null); } catch (error) { return error.name; } })()',
	"['undefined'.indexOf(), 'null'.indexOf(null), 'a5'.indexOf(5), 'abc'.includes({ toString: () => 'b' }), 'abcabc'.lastIndexOf('b', 3)]",
	"['ab'.repeat('2'), 'ab'.repeat(), 'x'.padStart(3), 'x'.padEnd('4', 12), '1'.padStart(3, undefined), ' x '.trim(), 'é'.normalize('NFD').length]",
	"[encodeURIComponent('ä b'), decodeURIComponent('%C3%A4'), parseInt('12px'), parseInt('ff', 16), parseFloat('1.5x'), escape('ä')]",
	"[JSON.parse('[1,2]', (key, value) => (key === '0' ? 9 : value)), JSON.parse(null), JSON.stringify({ a: [1], b: undefined }, null, 1), JSON.stringify({ a: 1, b: 2 }, ['b'])]",
	"[Object.keys('ab'), Object.entries({ a: 1 }), Object.assign({}, null, { a: 1 }, 'x'), Object.values([1, , 3]), Reflect.ownKeys({ a: 1 })]",
	"[[...'aé😀'], [...new Map([[1, 2]])], [...new Set([1, 1])], Array.from({ length: 2 }, (_, i) => i), Array.from('ab'), Math.max(...[1, 3, 2]), [...[1, 2].entries()]]",
	'(() => { const [a, ...rest] = [1, 2, 3]; const all = []; for (const each of rest) all.push(each); return [a, rest, all, [].concat([1], 2)]; })()',
];

test.each(EXPRESSIONS)('bounded functions give what they give elsewhere: %s', async (expression) => {
	const runner = await openCode({ code: `export const transform = () => [{ a: JSON.stringify(${expression}) }];`, timeoutSeconds: 5 });
	expect(await runner.transform([])).toEqual({ rows: [{ a: JSON.stringify(new Function(`return ${expression}`)()) }] });
	runner.close();
});

const plan = (code: string, onError: 'fail' | 'skip' | 'dead_letter') =>
	aPlan([
		payload('in', 'id integer, name string'),
		aNode('code', { kind: 'code', code, batchSize: 2, timeoutSeconds: 5 }, ['in'], 'id long, size integer', onError),
		result('out', 'code', 'id long, size integer'),
		...(onError === 'dead_letter'
			? [
					result(
						'dead',
						'code:dead_letter',
						'id integer, name string, _component string, _row_number long, _error_class string, _error_field string, _error_message string',
					),
				]
			: []),
	]);
const rows = [
	{ id: 1, name: 'ab' },
	{ id: 2, name: null },
	{ id: 3, name: 'c' },
];
const measure = 'export function transform(rows) {\n\treturn rows.map(({ id, name }) => ({ id: BigInt(id) + 9007199254740992n, size: name.length }));\n}';

test('a row for which the code throws is a bad row: it fails the run, is skipped, or goes to the dead letters', async () => {
	const failed = await run(plan(measure, 'fail'), { payload: rows, openCode });
	expect(failed.outcome).toMatchObject({
		state: 'failed',
		failures: [{ component: 'code', class: 'code_error', row: 2, message: expect.stringMatching(/^TypeError: .* \(line 2, column \d+\)$/) }],
	});
	const skipped = await run(plan(measure, 'skip'), { payload: rows, openCode });
	expect(skipped.rows('out')).toEqual([
		{ id: '9007199254740993', size: 2 },
		{ id: '9007199254740995', size: 1 },
	]);
	const dead = await run(plan(measure, 'dead_letter'), { payload: rows, openCode });
	expect(dead.rows('dead')).toMatchObject([{ id: 2, name: null, _component: 'code', _row_number: 2, _error_class: 'code_error' }]);
});

test('what is behind it gets the columns it asks for, whichever the code gives before them', async () => {
	const call = { function: 'sum', field: 'size', alias: 'all', type: { kind: 'long' } } as const;
	const sum: Operator = { kind: 'aggregate', groupBy: [], groupingSets: null, aggregates: [call] };
	const code = 'export const transform = (rows) => rows.map(({ id }) => ({ id: 1000, size: id }));';
	const added = aPlan([
		payload('in', 'id integer, name string'),
		aNode('code', { kind: 'code', code, batchSize: 2, timeoutSeconds: 5 }, ['in'], 'id integer, size integer'),
		aNode('sum', sum, ['code'], 'all long'),
		result('out', 'sum', 'all long'),
	]);
	expect((await run(added, { payload: rows, openCode })).rows('out')).toEqual([{ all: 6 }]);
});

test('code that cannot be read ends the run, though bad rows are skipped: none of them is to blame', async () => {
	const failed = await run(plan('export const transform = (rows) => rows.map(;', 'skip'), { payload: rows, openCode });
	expect(failed.outcome).toMatchObject({ state: 'failed', failures: [{ component: 'code', row: null, hint: expect.stringContaining('Repair the code') }] });
});

test('a value of the wrong type is told with its row and column', async () => {
	const failed = await run(plan("export const transform = (rows) => rows.map(({ id }) => ({ id, size: 'many' }));", 'skip'), { payload: rows, openCode });
	expect(failed.outcome).toMatchObject({
		failures: [
			{
				component: 'code',
				field: 'size',
				message: expect.stringContaining('"size" in row 1 of what transform gave does not fit: "many" is not of type integer'),
			},
		],
	});
});
