import { beforeAll, describe, expect, test } from 'vitest';
import type { FileStore, UploadRef } from '../../../src/connectors/connector.ts';

export interface FilesUnderTest {
	/** A fresh connection on the same system: what a restarted run would open. */
	open(): Promise<FileStore>;
	/** Null where the system has no buckets or its config names the one. */
	readonly bucket: string | null;
	/** A second store that must never see the first one's files; null where two of them cannot share a system. */
	other: (() => Promise<FileStore>) | null;
	/** Puts many small files there beside the connector, where that is quicker than through it. */
	fill?: (paths: readonly string[]) => Promise<unknown>;
}

/** What every connector of kind `files` promises. One suite, run against each of them on a real system. */
export function filesConformance(name: string, system: FilesUnderTest): void {
	const bucket = system.bucket;

	async function put(store: FileStore, path: string, bytes: Uint8Array, owner = 'run_1_out'): Promise<UploadRef> {
		const upload = { bucket, path, token: await store.beginUpload({ bucket, path, contentType: 'text/csv', owner }), owner };
		const tags: string[] = [];
		for (let offset = 0; offset < bytes.length; offset += store.partBytes) {
			tags.push(await store.uploadPart(upload, tags.length + 1, bytes.subarray(offset, offset + store.partBytes)));
		}
		await store.completeUpload(upload, tags);
		return upload;
	}

	async function bytesOf(store: FileStore, path: string, offset = 0, length: number | null = null, etag: string | null = null): Promise<Uint8Array> {
		return new Response(await store.read({ bucket, path, offset, length, etag })).bytes();
	}

	const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
	const encode = (value: string) => new TextEncoder().encode(value);

	describe(`${name} keeps the promises of a file store`, () => {
		let store: FileStore;
		beforeAll(async () => {
			store = await system.open();
		});

		test('its check succeeds and says what it did', async () => {
			const result = await store.check();
			expect(result).toMatchObject({ ok: true });
			expect(result.message).not.toBe('');
		});

		test('a file is read back as it was written, whole and by range', async () => {
			await put(store, 'read/letters.txt', encode('abcdefghij'));
			expect(text(await bytesOf(store, 'read/letters.txt'))).toBe('abcdefghij');
			expect(text(await bytesOf(store, 'read/letters.txt', 3))).toBe('defghij');
			expect(text(await bytesOf(store, 'read/letters.txt', 3, 4))).toBe('defg');
			expect(text(await bytesOf(store, 'read/letters.txt', 8, 100))).toBe('ij');
		});

		test('a range at or behind the end is empty', async () => {
			await put(store, 'read/short.txt', encode('abc'));
			expect((await bytesOf(store, 'read/short.txt', 3, 10)).length).toBe(0);
			expect((await bytesOf(store, 'read/short.txt', 0, 0)).length).toBe(0);
		});

		test('an empty file can be written and read', async () => {
			await put(store, 'read/empty.txt', new Uint8Array(0));
			expect(await store.stat(bucket, 'read/empty.txt')).toMatchObject({ size: 0 });
			expect((await bytesOf(store, 'read/empty.txt')).length).toBe(0);
		});

		test('a file of several parts is one file', async () => {
			const bytes = new Uint8Array(store.partBytes * 2 + 12_345).map((_, i) => (i * 31) % 251);
			await put(store, 'parts/large.bin', bytes);
			expect(await store.stat(bucket, 'parts/large.bin')).toMatchObject({ size: bytes.length });
			const across = await bytesOf(store, 'parts/large.bin', store.partBytes - 5, 10);
			expect([...across]).toEqual([...bytes.subarray(store.partBytes - 5, store.partBytes + 5)]);
			expect(Buffer.from(await bytesOf(store, 'parts/large.bin')).equals(Buffer.from(bytes))).toBe(true);
		});

		test('an upload shows nothing before it is complete, and a repeated part replaces the first', async () => {
			const path = 'parts/slow.txt';
			const upload = { bucket, path, token: await store.beginUpload({ bucket, path, contentType: 'text/plain', owner: 'o' }), owner: 'o' };
			await store.uploadPart(upload, 1, encode('first try'));
			expect(await store.stat(bucket, path)).toBeNull();
			const later = await system.open();
			const tag = await later.uploadPart(upload, 1, encode('second try'));
			expect(await store.stat(bucket, path)).toBeNull();
			await later.completeUpload(upload, [tag]);
			expect(text(await bytesOf(store, path))).toBe('second try');
		});

		test('completing again finds its own work; completing an upload that was dropped does not', async () => {
			const upload = await put(store, 'parts/twice.txt', encode('once'), 'run_2_out');
			await store.completeUpload(upload, ['whatever tag was lost']);
			expect(text(await bytesOf(store, 'parts/twice.txt'))).toBe('once');
			const dropped = { ...upload, owner: 'run_3_out', token: await store.beginUpload({ ...upload, contentType: 'text/plain', owner: 'run_3_out' }) };
			const tag = await store.uploadPart(dropped, 1, encode('dropped'));
			await store.abortUpload(dropped);
			await expect(store.completeUpload(dropped, [tag])).rejects.toMatchObject({ code: 'upstream' });
			expect(text(await bytesOf(store, 'parts/twice.txt'))).toBe('once');
		});

		test('dropping an upload leaves nothing and may be repeated', async () => {
			const path = 'parts/dropped.txt';
			const upload = { bucket, path, token: await store.beginUpload({ bucket, path, contentType: 'text/plain', owner: 'o' }), owner: 'o' };
			await store.uploadPart(upload, 1, encode('x'));
			await store.abortUpload(upload);
			await store.abortUpload(upload);
			expect(await store.stat(bucket, path)).toBeNull();
		});

		test('a file that changed since it was looked at is a conflict, not a mixture', async () => {
			await put(store, 'etag/file.txt', encode('version one'));
			const seen = await store.stat(bucket, 'etag/file.txt');
			const etag = seen?.etag ?? '';
			expect(text(await bytesOf(store, 'etag/file.txt', 8, 3, etag))).toBe('one');
			await put(store, 'etag/file.txt', encode('version two'));
			await expect(store.read({ bucket, path: 'etag/file.txt', offset: 8, length: 3, etag })).rejects.toMatchObject({ code: 'conflict' });
			await expect(store.read({ bucket, path: 'etag/file.txt', offset: 100, length: 3, etag })).rejects.toMatchObject({ code: 'conflict' });
		});

		test('a file that is not there is null to stat and not_found to read and copy', async () => {
			expect(await store.stat(bucket, 'no/such.csv')).toBeNull();
			await expect(store.read({ bucket, path: 'no/such.csv', offset: 0, length: null, etag: null })).rejects.toMatchObject({ code: 'not_found' });
			await expect(store.copy({ bucket, path: 'no/such.csv' }, { bucket, path: 'no/copy.csv' })).rejects.toMatchObject({ code: 'not_found' });
		});

		test('files are listed in key order below a prefix, page after page', async () => {
			const names = Array.from({ length: 1010 }, (_, i) => `list/many/${String(i).padStart(4, '0')}.txt`);
			const fill = system.fill ?? ((paths) => Promise.all(paths.map((path) => put(store, path, encode('x')))));
			for (let i = 0; i < names.length; i += 50) await fill(names.slice(i, i + 50));
			await put(store, 'list/other.txt', encode('x'));
			const seen: string[] = [];
			let after: string | null = null;
			let pages = 0;
			do {
				const page: Awaited<ReturnType<FileStore['list']>> = await store.list({ bucket, prefix: 'list/many/', after });
				seen.push(...page.files.map((file) => file.path));
				after = page.after;
				pages++;
			} while (after !== null);
			expect(seen).toEqual(names);
			expect(pages).toBe(2);
		}, 120_000);

		test('names with blanks, accents, percent signs and plus signs come back as they went in', async () => {
			const path = 'names/Zürich 100% a+b&c=d#e?f/(é!*).csv';
			await put(store, path, encode('1'));
			const page = await store.list({ bucket, prefix: 'names/', after: null });
			expect(page.files).toMatchObject([{ path, size: 1 }]);
			expect(text(await bytesOf(store, path))).toBe('1');
		});

		test('a copy is the same bytes; a removed file is gone, and removing again is fine', async () => {
			await put(store, 'copy/from.txt', encode('copied'));
			await store.copy({ bucket, path: 'copy/from.txt' }, { bucket, path: 'copy/to.txt' });
			expect(text(await bytesOf(store, 'copy/to.txt'))).toBe('copied');
			await store.remove(bucket, 'copy/from.txt');
			await store.remove(bucket, 'copy/from.txt');
			expect(await store.stat(bucket, 'copy/from.txt')).toBeNull();
			expect(text(await bytesOf(store, 'copy/to.txt'))).toBe('copied');
		});

		test.each(['../escape.txt', 'a/../../b.txt', '/absolute.txt', 'a\\b.txt', 'a\u0000b.txt', 'a//b.txt', './a.txt', '', 'folder/', 'x'.repeat(1100)])(
			'the path %j is refused by every operation',
			async (path) => {
				const refused = { code: 'invalid_input' };
				await expect(store.stat(bucket, path)).rejects.toMatchObject(refused);
				await expect(store.read({ bucket, path, offset: 0, length: null, etag: null })).rejects.toMatchObject(refused);
				await expect(store.beginUpload({ bucket, path, contentType: 'text/plain', owner: 'o' })).rejects.toMatchObject(refused);
				await expect(store.remove(bucket, path)).rejects.toMatchObject(refused);
				await expect(store.copy({ bucket, path }, { bucket, path: 'fine.txt' })).rejects.toMatchObject(refused);
				await expect(store.copy({ bucket, path: 'copy/to.txt' }, { bucket, path })).rejects.toMatchObject(refused);
			},
		);

		const other = system.other;
		if (other !== null)
			test("another account's store sees none of it", async () => {
				const stranger = await other();
				expect(await stranger.list({ bucket, prefix: '', after: null })).toEqual({ files: [], after: null });
				expect(await stranger.stat(bucket, 'read/letters.txt')).toBeNull();
			});
	});
}
