import type { DecodedBatch, DecoderPosition, PagedDecoder } from './codec.ts';
import type { FileDecoder } from './open-file.ts';

/** A paged decoder as a file that is read; its bytes are told as the rows are. */
export class PagedFile implements FileDecoder {
	readonly #decoder: PagedDecoder;
	readonly #size: number;
	#read: number;

	constructor(decoder: PagedDecoder, size: number) {
		this.#decoder = decoder;
		this.#size = size;
		this.#read = this.#bytesRead();
	}

	async next(): Promise<{ readonly batches: readonly DecodedBatch[]; readonly bytes: number } | null> {
		const batch = await this.#decoder.next();
		if (batch === null) return null;
		const read = this.#bytesRead();
		const bytes = read - this.#read;
		this.#read = read;
		return { batches: [batch], bytes };
	}

	position(): DecoderPosition {
		return this.#decoder.position();
	}

	columns(): readonly string[] | null {
		return this.#decoder.columns;
	}

	close(): void {}

	#bytesRead(): number {
		const { rows } = this.#decoder;
		return rows === 0 ? this.#size : Math.floor((this.#size * (this.#decoder.position().recordNumber - 1)) / rows);
	}
}
