import { expect, it } from 'vitest';
import { bytePieces, bytesOf } from '../../../src/data/byte-pieces.ts';

const MEGABYTE = Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 31) & 255);

async function pieceLengths(stream: ReadableStream<Uint8Array>, size: number): Promise<number[]> {
	const pieces = bytePieces(stream, size, size);
	const lengths: number[] = [];
	const read = new Uint8Array(MEGABYTE.length);
	let at = 0;
	for (let piece = await pieces.next(); piece !== null; piece = await pieces.next()) {
		read.set(piece, at);
		at += piece.length;
		lengths.push(piece.length);
	}
	expect(read.subarray(0, at)).toEqual(MEGABYTE);
	return lengths.filter((length) => length > 0);
}

it('takes the body of an answer in pieces of the size asked for', async () => {
	const body = new Response(MEGABYTE).body as ReadableStream<Uint8Array>;
	expect(await pieceLengths(body, 300_000)).toEqual([300_000, 300_000, 300_000, 100_000]);
});

it('takes a stream that script fills in the pieces it was filled with', async () => {
	const stream = new ReadableStream<Uint8Array>({
		start(controller) {
			controller.enqueue(MEGABYTE.subarray(0, 7));
			controller.enqueue(MEGABYTE.subarray(7));
			controller.close();
		},
	});
	expect(await pieceLengths(stream, 300_000)).toEqual([7, 999_993]);
});

it('tells a body that breaks off, and lets go of one that is not wanted any more', async () => {
	const broken = bytePieces(new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) }), 1000, 1);
	await expect(broken.next()).rejects.toThrow('gone');
	const unwanted = bytePieces(new Response(MEGABYTE).body as ReadableStream<Uint8Array>, 1000, 1);
	expect((await unwanted.next())?.length).toBe(1000);
	await unwanted.cancel('enough');
});

it('takes a whole body into memory made once, what there is of a shorter one, and a stream that script fills', async () => {
	const body = () => new Response(MEGABYTE).body as ReadableStream<Uint8Array>;
	expect(await bytesOf(body(), MEGABYTE.length)).toEqual(MEGABYTE);
	expect(await bytesOf(body(), MEGABYTE.length + 5)).toEqual(MEGABYTE);
	const script = new ReadableStream<Uint8Array>({
		start(controller) {
			controller.enqueue(MEGABYTE.subarray(0, 7));
			controller.enqueue(MEGABYTE.subarray(7));
			controller.close();
		},
	});
	expect(await bytesOf(script, MEGABYTE.length)).toEqual(MEGABYTE);
	// A server may send more than it was asked for, without end.
	for (const type of [undefined, 'bytes'] as const) {
		let cancelled = false;
		const source = {
			...(type === undefined ? {} : { type }),
			pull: (controller: { enqueue(bytes: Uint8Array): void }) => controller.enqueue(MEGABYTE.slice(0, 1000)),
			cancel: () => {
				cancelled = true;
			},
		};
		const endless = new ReadableStream(source as UnderlyingByteSource) as ReadableStream<Uint8Array>;
		expect(await bytesOf(endless, 2500)).toEqual(Uint8Array.from([...MEGABYTE.subarray(0, 1000), ...MEGABYTE.subarray(0, 1000), ...MEGABYTE.subarray(0, 500)]));
		expect(cancelled).toBe(true);
	}
	await expect(bytesOf(new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) }), 10)).rejects.toThrow('gone');
});
