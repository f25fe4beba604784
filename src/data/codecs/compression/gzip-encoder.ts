import { gzipSync } from 'node:zlib';
import type { Json } from '../../../lib/json.ts';
import type { Batch } from '../../batch.ts';
import type { Schema } from '../../types.ts';
import type { Encoder } from '../codec.ts';

const LEVEL = 4;

/**
 * Compresses what another encoder gives. Every part is a gzip member of its own, which readers join (RFC 1952, 2.2): so nothing
 * has to be remembered between two parts.
 */
export class GzipEncoder implements Encoder {
	readonly #inner: Encoder;

	constructor(inner: Encoder) {
		this.#inner = inner;
	}

	get schema(): Schema {
		return this.#inner.schema;
	}

	encode(batch: Batch): Uint8Array {
		return member(this.#inner.encode(batch));
	}

	finish(): Uint8Array {
		return member(this.#inner.finish());
	}

	state(): Json {
		return this.#inner.state();
	}
}

function member(bytes: Uint8Array): Uint8Array {
	return bytes.length === 0 ? bytes : new Uint8Array(gzipSync(bytes, { level: LEVEL }));
}
