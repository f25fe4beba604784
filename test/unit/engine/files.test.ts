import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { matchesGlob } from '../../../src/engine/scan/glob.ts';
import type { FileDestination } from '../../../src/plan/endpoints.ts';
import { workbookOf, zipOf } from '../data/xlsx.ts';
import { MemoryFiles } from './support/file-store.ts';
import { aNode, aPlan, call, column, csv, DELIMITED, fileSink, literal, payload, result, typeOf } from './support/plans.ts';
import { run } from './support/run.ts';
import { fileOf } from './support/sources.ts';
import { VARIANTS } from './support/variants.ts';

const SCHEMA = 'n integer';
const reading = (path: string, more: Parameters<typeof csv>[3] = {}) => aPlan([csv('in', path, SCHEMA, more), result('out', 'in', SCHEMA)]);
const numbers = (rows: readonly Record<string, unknown>[]) => rows.map((row) => row['n']);
const FILES = { 'a/1.csv': 'n\n1\n', 'a/2.csv': 'n\n2\n', 'a/b/3.csv': 'n\n3\n', 'a/_SUCCESS': '', 'a/.hidden.csv': 'n\n9\n', 'a/4.txt': 'n\n4\n' };

test('a path is an object, a folder or a glob; hidden files are no data', async () => {
	const connections = { 1: new MemoryFiles(FILES) };
	expect(numbers((await run(reading('a/2.csv'), { connections })).rows())).toEqual([2]);
	expect(numbers((await run(reading('a/'), { connections })).rows())).toEqual([1, 2, 4, 3]);
	expect(numbers((await run(reading('a'), { connections })).rows())).toEqual([1, 2, 4, 3]);
	expect(numbers((await run(reading('a/*.csv'), { connections })).rows())).toEqual([1, 2]);
	expect(numbers((await run(reading('a/**/*.csv'), { connections })).rows())).toEqual([1, 2, 3]);
	expect(numbers((await run(reading('a/{2,4}.*'), { connections })).rows())).toEqual([2, 4]);
});

test('a name that reads as a pattern is that file where nothing fits the pattern', async () => {
	const connections = { 1: new MemoryFiles({ 'a/report [1].csv': 'n\n1\n', 'a/x{2}.csv': 'n\n2\n', 'a/x2.csv': 'n\n3\n' }) };
	expect(numbers((await run(reading('a/report [1].csv'), { connections })).rows())).toEqual([1]);
	expect(numbers((await run(reading('a/x{2}.csv'), { connections })).rows())).toEqual([3]);
});

test('raw files are a text a line, or one for the whole file, in their encoding', async () => {
	const connections = { 1: new MemoryFiles({ 'app.log': Buffer.from('caf\xe9\r\n\n a,"b\rlast', 'latin1') }) };
	const lines = (recordDelimiter: string) => {
		const { operator, ...node } = csv('in', 'app.log', 'data string', { format: { type: 'raw', recordDelimiter, encoding: 'windows-1252' } });
		return aPlan([{ ...node, operator }, result('out', 'in', 'data string')]);
	};
	for (const variant of Object.values(VARIANTS)) {
		const texts = async (recordDelimiter: string) => (await run(lines(recordDelimiter), { ...variant, connections })).rows().map((row) => row['data']);
		expect(await texts('\n')).toEqual(['café', '', ' a,"b', 'last']);
		expect(await texts('end_of_file')).toEqual(['café\r\n\n a,"b\rlast']);
	}
});

test('a sheet without a header, and an empty one, are read', async () => {
	const connections = { 1: new MemoryFiles({ 'a.xlsx': workbookOf({ A: '<row><c><v>1</v></c></row><row><c><v>2</v></c></row>', B: '' }) }) };
	const sheet = (name: string, headerRow: boolean, source: string | number) => {
		const format = { type: 'excel', sheet: name, headerRow } as const;
		const fields = [{ source, name: 'n', type: { kind: 'integer' }, format: null } as const];
		return run(reading('a.xlsx', { format, fields }), { connections });
	};
	expect(numbers((await sheet('A', false, 0)).rows())).toEqual([1, 2]);
	expect((await sheet('B', true, 'n')).outcome.state).toBe('completed');
});

test('a path with nothing there names what is near', async () => {
	const { outcome } = await run(reading('a/3.csv'), { connections: { 1: new MemoryFiles({ 'a/1.csv': '', 'a/b/33.csv': '' }) } });
	expect(outcome).toMatchObject({
		state: 'failed',
		failures: [{ component: 'in', class: 'not_found', hint: expect.stringContaining('Did you mean a/1.csv? There are a/1.csv, a/b/33.csv.') }],
	});
	const alone = await run(reading('a/3.csv'), { connections: { 1: new MemoryFiles({ 'a/1.csv': '' }) } });
	expect(alone.outcome).toMatchObject({ failures: [{ hint: 'Did you mean a/1.csv? It is the only file there.' }] });
});

test.each([
	['a/*.csv', 'a/1.csv', true],
	['a/*.csv', 'a/b/1.csv', false],
	['a/**/1.csv', 'a/1.csv', true],
	['a/**/1.csv', 'a/b/c/1.csv', true],
	['a/[0-9]?.csv', 'a/1x.csv', true],
	['a/[!0-9].csv', 'a/1.csv', false],
	['{x,y{1,2}}', 'y2', true],
	[`${'*a'.repeat(30)}b`, 'a'.repeat(200), false],
])('%s and %s: %s', (glob, path, fits) => {
	expect(matchesGlob(glob, path)).toBe(fits);
});

test('files of a manifest are read once, and again when they changed, however often the run goes on from storage', async () => {
	for (const variant of Object.values(VARIANTS)) {
		const files = new MemoryFiles({ 'in/1.csv': 'n\n1\n', 'in/2.csv': 'n\n2\n' });
		const once = async () => numbers((await run(reading('in/*.csv', { manifest: 'in/_manifest.json' }), { ...variant, connections: { 1: files } })).rows());
		expect(await once()).toEqual([1, 2]);
		expect(await once()).toEqual([]);
		files.put('in/2.csv', 'n\n22\n');
		files.put('in/3.csv', 'n\n3\n');
		expect(await once()).toEqual([22, 3]);
	}
});

test('compressed files are read, in pieces too', async () => {
	const text = `n\n${Array.from({ length: 5000 }, (_, n) => `${n}\n`).join('')}`;
	const files = new MemoryFiles({ 'in.csv.gz': new Uint8Array(gzipSync(text)) });
	files.chunkBytes = 1000;
	for (const variant of Object.values(VARIANTS)) {
		const { rows } = await run(reading('in.csv.gz', { compression: 'auto' }), { ...variant, connections: { 1: files } });
		expect(numbers(rows())).toEqual(Array.from({ length: 5000 }, (_, n) => n));
	}
});

const writing = (more: Partial<FileDestination>) => aPlan([payload('in', SCHEMA), fileSink('out', 'in', SCHEMA, more)]);
const payloadOf = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));
const written = (count: number) => `n\n${Array.from({ length: count }, (_, n) => `${n}\n`).join('')}`;

test('the data files of a zip archive are read one after another in the order of their names, and told by them', async () => {
	const rows = (from: number) => `n\n${Array.from({ length: 3000 }, (_, i) => from + i).join('\n')}\n`;
	const content = { 'in/b.csv': rows(3000), '__MACOSX/in/._a.csv': 'x', 'in/a.csv': rows(0), 'in/': '', '.DS_Store': 'x', 'c.csv': rows(-3000) };
	for (const options of [{}, { described: true }, { stored: true }]) {
		const files = new MemoryFiles({ 'in/1.zip': zipOf(content, options), 'in/2.csv': 'n\n6000\n' });
		for (const variant of Object.values(VARIANTS)) {
			const { outcome, rows: given } = await run(reading('in/', { compression: 'auto' }), { ...variant, connections: { 1: files } });
			expect(outcome.state).toBe('completed');
			expect(numbers(given())).toEqual(Array.from({ length: 9001 }, (_, i) => i - 3000));
		}
	}
	const failing = async (parts: Record<string, string>, change = (bytes: Uint8Array) => bytes) => {
		const connections = { 1: new MemoryFiles({ 'a.zip': change(zipOf(parts, { stored: true })) }) };
		const { outcome } = await run(reading('a.zip', { compression: 'auto' }), { connections });
		return outcome.state === 'failed' ? outcome.failures[0]?.message : outcome.state;
	};
	expect(await failing({ 'a.csv': 'n\n1\n', 'b.csv': 'n\nx\n' })).toContain('(a.zip/b.csv)');
	expect(await failing({ 'a.csv': 'n\n1\n', 'b.csv': 'm\n1\n' })).toContain('a.zip/b.csv: the file has no column "n"');
	expect(await failing({ 'a.csv': 'n\n1\n', 'b.json': '[]' })).toBe('a.zip: the zip archive holds files of differing kinds: a.csv, b.json');
	const broken = (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.indexOf(50) ? 51 : byte));
	expect(await failing({ 'a.csv': 'n\n1\n', 'b.csv': 'n\n2\n' }, broken)).toContain('b.csv in the zip archive, which does not match its checksum');
	// The second entry of the directory leads to the first file's data.
	const twice = (bytes: Uint8Array) => {
		const changed = Buffer.from(bytes);
		changed.writeUInt32LE(0, changed.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 42);
		return new Uint8Array(changed);
	};
	expect(await failing({ 'a.csv': 'n\n1\n', 'b.csv': 'n\n2\n' }, twice)).toContain('overlaps what follows');
	const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`${i}.csv`, '']));
	expect(await failing(many)).toContain('more than 10000 files');
});

test('a file of many parts is whole, whatever was repeated on the way', async () => {
	for (const variant of Object.values(VARIANTS)) {
		const files = new MemoryFiles({}, 100);
		const { outcome } = await run(writing({}), { ...variant, payload: payloadOf(20_000), connections: { 1: files } });
		expect(outcome.outputs).toMatchObject([{ records: 20_000, target: 'out/part-00000.csv' }]);
		expect(files.text('out/part-00000.csv')).toBe(written(20_000));
	}
});

test('no rows make a file with a header only', async () => {
	const files = new MemoryFiles();
	await run(writing({}), { payload: [], connections: { 1: files } });
	expect(files.text('out/part-00000.csv')).toBe('n\n');
});

test('gzip, NDJSON and JSON', async () => {
	const files = new MemoryFiles();
	await run(writing({ compression: 'gzip', fileName: 'a.csv.gz' }), { payload: payloadOf(3), connections: { 1: files } });
	await run(writing({ format: { type: 'ndjson' }, fileName: 'b.ndjson', ifExists: 'add' }), {
		payload: payloadOf(2),
		connections: { 1: files },
		budget: { bytes: 1, batches: 1 },
		reopen: true,
	});
	await run(writing({ format: { type: 'json' }, fileName: 'c.json', ifExists: 'add' }), { payload: payloadOf(2), connections: { 1: files } });
	expect(gunzipSync(files.files.get('out/a.csv.gz') ?? new Uint8Array()).toString()).toBe(written(3));
	expect(files.text('out/b.ndjson')).toBe('{"n":0}\n{"n":1}\n');
	expect(JSON.parse(files.text('out/c.json'))).toEqual([{ n: 0 }, { n: 1 }]);
});

test('parquet is written and read back, over slices', async () => {
	const files = new MemoryFiles();
	await run(writing({ format: { type: 'parquet' }, fileName: 'd.parquet' }), {
		payload: payloadOf(3000),
		connections: { 1: files },
		budget: { bytes: 1, batches: 1 },
		reopen: true,
	});
	const { rows } = await run(reading('out/d.parquet', { format: { type: 'parquet' } }), {
		connections: { 1: files },
		budget: { bytes: 1, batches: 1 },
		reopen: true,
	});
	expect(numbers(rows())).toEqual(Array.from({ length: 3000 }, (_, n) => n));
});

test('rows of Parquet that are only looked at come in larger batches, and go on from there in those of everybody', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'headgate-'));
	const path = join(folder, 'in.parquet');
	const duck = await (await DuckDBInstance.create(':memory:')).connect();
	await duck.run(`COPY (SELECT (i % 50)::integer AS n, 'w' || i % 7 AS w FROM range(100000) t(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 71680)`);
	duck.closeSync();
	const files = new MemoryFiles({ 'in.parquet': new Uint8Array(readFileSync(path)) });
	rmSync(folder, { recursive: true });
	const rows = Array.from({ length: 100_000 }, (_, i) => ({ n: i % 50, w: `w${i % 7}` }));
	const both = 'n integer, w string';
	const field = (name: string, type: string) => ({ source: name, name, type: typeOf(type), format: null });
	const scan = csv('in', 'in.parquet', both, { format: { type: 'parquet' }, fields: [field('n', 'integer'), field('w', 'string')] });
	const large = aNode('large', { kind: 'filter', predicate: call('gt', 'boolean', column('n', 'integer'), literal(9, 'integer')) }, ['in'], both);
	const count = { function: 'count_all', field: null, alias: 'rows', type: typeOf('long') } as const;
	const sum = { function: 'sum', field: 'n', alias: 'sum', type: typeOf('long') } as const;
	const counted = aNode(
		'counted',
		{ kind: 'aggregate', groupBy: ['w'], groupingSets: null, aggregates: [count, sum] },
		['large'],
		'w string, rows long, sum long',
	);
	const distinct = aNode('distinct', { kind: 'distinct', on: ['n', 'w'] }, ['large'], both);
	const once = [...new Set(rows.filter(({ n }) => n > 9).map((row) => JSON.stringify(row)))].sort();
	for (const variant of Object.values(VARIANTS)) {
		const setup = { ...variant, connections: { 1: files } };
		const written = await run(aPlan([scan, large, fileSink('out', 'large', both, { ifExists: 'replace_file' })]), setup);
		expect(written.outcome.state).toBe('completed');
		expect(files.text('out/part-00000.csv')).toBe(`n,w\n${rows.flatMap(({ n, w }) => (n > 9 ? [`${n},${w}\n`] : [])).join('')}`);
		const groups = (await run(aPlan([scan, large, counted, result('out', 'counted', counted.output)]), setup)).rows();
		expect(groups.map(({ w, rows: many, sum: total }) => [w, many, total]).sort()).toEqual(
			Array.from({ length: 7 }, (_, word) => {
				const own = rows.filter(({ n, w }) => n > 9 && w === `w${word}`);
				return [`w${word}`, own.length, own.reduce((total, { n }) => total + n, 0)];
			}),
		);
		const kept = (await run(aPlan([scan, large, distinct, result('out', 'distinct', both)]), setup)).rows();
		expect(kept.map((row) => JSON.stringify(row)).sort()).toEqual(once);
	}
});

test('what is there already is refused, added to or replaced', async () => {
	const there = () => new MemoryFiles({ 'out/part-00000.csv': 'old', 'out/other.csv': 'other' });
	const outcome = async (ifExists: FileDestination['ifExists']) => {
		const files = there();
		const finished = await run(writing({ ifExists }), { payload: payloadOf(1), connections: { 1: files } });
		return { state: finished.outcome.state, files: Object.fromEntries([...files.files.keys()].sort().map((path) => [path, files.text(path)])) };
	};
	expect(await outcome('refuse')).toEqual({ state: 'failed', files: { 'out/other.csv': 'other', 'out/part-00000.csv': 'old' } });
	expect(await outcome('add')).toEqual({
		state: 'completed',
		files: { 'out/other.csv': 'other', 'out/part-00000.csv': 'old', 'out/part-00000-7.csv': written(1) },
	});
	expect(await outcome('replace_file')).toEqual({ state: 'completed', files: { 'out/other.csv': 'other', 'out/part-00000.csv': written(1) } });
	expect(await outcome('replace_folder')).toEqual({ state: 'completed', files: { 'out/part-00000.csv': written(1) } });
});

test('a file that appears while the run works is not overwritten', async () => {
	const files = new MemoryFiles({ 'in.csv': written(5) });
	let slices = 0;
	const made = aPlan([csv('in', 'in.csv', SCHEMA), aNode('all', { kind: 'sample', percent: 100, seed: 0 }, ['in'], SCHEMA), fileSink('out', 'all', SCHEMA)]);
	const beforeSlice = () => {
		if (++slices === 2) files.put('out/other.csv', 'from elsewhere');
	};
	const { outcome } = await run(made, { connections: { 1: files }, budget: { bytes: 1, batches: 1 }, beforeSlice });
	expect(outcome).toMatchObject({ state: 'failed', failures: [{ component: 'out', class: 'conflict' }] });
	expect([...files.files.keys()].sort()).toEqual(['in.csv', 'out/other.csv']);
});

test('a field of JSON records that none of them has is told with the name that was probably meant', async () => {
	const lines = Array.from({ length: 40 }, (_, n) => `${JSON.stringify({ customer_id: n, note: n === 39 ? 'x' : undefined })}\n`).join('');
	const fields = 'custmer_id integer, note string';
	for (const variant of Object.values(VARIANTS)) {
		for (const type of ['ndjson', 'json'] as const) {
			const content = type === 'ndjson' ? lines : `[${lines.trim().split('\n').join(',')}]`;
			const { node, setup } = fileOf(content, { type, baseRecord: '$', encoding: 'utf-8' }, fields);
			const { outcome, log } = await run(aPlan([node, result('out', 'in', fields)]), { ...setup, ...variant });
			expect(outcome.state).toBe('completed');
			expect(log.filter((line) => line.startsWith('warn'))).toEqual([
				'warn in the field "custmer_id" is in none of the 40 records that were read, so it is null in every row; did you mean "customer_id"?',
			]);
		}
	}
	// What else records have is remembered for that, unless it is too long to be meant.
	const long = `custmer_id${'x'.repeat(300)}`;
	const { node, setup } = fileOf(`${JSON.stringify({ [long]: 1 })}\n`.repeat(3), { type: 'ndjson', baseRecord: '$', encoding: 'utf-8' }, fields);
	const slips = await run(aPlan([node, result('out', 'in', fields)]), { ...setup, ...VARIANTS['tiny slices'] });
	expect(slips.log.filter((line) => line.includes('custmer_id'))).toEqual([
		'warn in the field "custmer_id" is in none of the 3 records that were read, so it is null in every row',
	]);
	const rows = await run(aPlan([payload('in', 'n integer, m integer'), result('out', 'in', 'n integer, m integer')]), {
		payload: [{ n: 1, m: null }, { n: 2 }],
	});
	expect(rows.log.filter((line) => line.startsWith('warn'))).toEqual([]);
});

test('a delimited file of one column that another sign divides in every row is told', async () => {
	const warned = async (content: string, name: string) => {
		const { node, setup } = fileOf(content, DELIMITED, 'text string');
		const { operator, ...rest } = node;
		if (operator.kind !== 'scan' || operator.source.kind !== 'files') throw new Error('not a file');
		const source = { ...operator.source, fields: operator.source.fields.map((field) => ({ ...field, source: name })) };
		const plan = aPlan([{ ...rest, operator: { kind: 'scan', source } }, result('out', 'in', 'text string')]);
		const finished = await run(plan, { ...setup, budget: { bytes: 1, batches: 1 }, reopen: true });
		expect(finished.outcome.state).toBe('completed');
		return finished.log.filter((line) => line.startsWith('warn'));
	};
	expect(await warned('id;name\n1;Ann\n2;Bob\n', 'id;name')).toEqual([
		'warn in the file has one column, with ";" in every row (2): its delimiter seems to be ";", while delimiter says ","',
	]);
	expect(await warned('note\nfirst; second\nthird\n', 'note')).toEqual([]);
	// One column is read of several, and has commas in every row of its own.
	expect(await warned('id,note\n1,"first; second"\n2,"third; fourth"\n', 'note')).toEqual([]);
});
