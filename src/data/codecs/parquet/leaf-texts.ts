import { isCacheable, TextCache } from '../text-cache.ts';

/** Decodes texts; short ones that repeat are decoded once. */
export class LeafTexts {
	readonly #cache = new TextCache();
	readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

	/** Undefined where the bytes are not UTF-8. */
	read(bytes: Uint8Array): string | undefined {
		const cacheable = isCacheable(bytes.length);
		if (cacheable) {
			const known = this.#cache.find(bytes, 0, bytes.length);
			if (known !== undefined) return known;
		}
		try {
			const text = this.#decoder.decode(bytes);
			if (cacheable) this.#cache.keep(text);
			return text;
		} catch {
			return undefined;
		}
	}
}
