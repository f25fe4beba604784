import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** The rows that all scenarios read: every value follows from the row's number, so what should come out is known without a second engine. */
export interface Numbers {
	readonly rows: number;
	/** A permutation of the numbers: what to sort by. `rows` is no multiple of 7919. */
	keyOf(n: number): number;
	readonly all: readonly number[];
}

export function numbers(rows: number): Numbers {
	return { rows, keyOf: (n) => (n * 7919 + 13) % rows, all: Array.from({ length: rows }, (_, n) => n) };
}

export const FIELDS = ['n', 'kind', 'key'].map((name) => ({ name, type: 'integer' }));

/** As a file of that many bytes, about: a slice reads 32 MiB, and a run is to take several. Quoted fields with delimiters and line breaks in them. */
export async function writeNumbers(path: string, { rows, keyOf }: Numbers, bytes: number): Promise<void> {
	const filler = 'x'.repeat(Math.max(4, Math.ceil(bytes / rows) - 32));
	const file = createWriteStream(path);
	file.write('n,kind,key,filler\n');
	for (let from = 0; from < rows; from += 10_000) {
		const lines = Array.from({ length: Math.min(10_000, rows - from) }, (_, i) => `${from + i},${(from + i) % 10},${keyOf(from + i)},"${filler}, a\nb"\n`);
		if (!file.write(lines.join(''))) await once(file, 'drain');
	}
	file.end();
	await once(file, 'close');
}
