import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import type { RandomAccessFile } from '../../../src/data/codecs/codec.ts';
import { openParquet, parquetFields } from '../../../src/data/codecs/parquet/decoder.ts';
import { wanted } from './rows.ts';

test('lent batches of Parquet are larger where rows are small in their pages, and no others', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'headgate-'));
	const path = join(folder, 'lent.parquet');
	const duck = await (await DuckDBInstance.create(':memory:')).connect();
	const query = "select i % 50 as a, hash(i)::varchar || repeat('x', 80) as wide from range(0, 50000) t(i)";
	await duck.run(`copy (${query}) to '${path}' (format parquet, compression uncompressed)`);
	duck.closeSync();
	const bytes = new Uint8Array(readFileSync(path));
	rmSync(folder, { recursive: true });
	const file: RandomAccessFile = { size: bytes.length, read: async (offset, length) => bytes.slice(offset, offset + length) };
	const longest = async (names: readonly string[], lent: boolean) => {
		const fields = (await parquetFields(file)).filter(({ name }) => names.includes(name));
		const decoder = await openParquet(file, { fields: wanted(fields), lent }, null);
		const lengths: number[] = [];
		for (let next = await decoder.next(); next !== null; next = await decoder.next()) lengths.push(next.batch.length);
		expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(50_000);
		return Math.max(...lengths);
	};
	expect(await longest(['a'], true)).toBe(32_768);
	expect(await longest(['a'], false)).toBe(8192);
	expect(await longest(['a', 'wide'], true)).toBe(8192);
});
