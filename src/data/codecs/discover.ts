import { charsetOf } from './charset.ts';
import type { DiscoveredField, StreamFormat } from './codec.ts';
import { sampleDelimited } from './delimited/sample.ts';
import { streamDecoder } from './index.ts';
import { sampleRecords } from './json/sample.ts';

/** How much of a file's beginning is a good sample. */
export const SAMPLE_BYTES = 1_048_576;

/**
 * The columns of a file by a sample of its beginning, each of the narrowest type that keeps every value of the sample.
 * `complete`: the sample is the whole file, otherwise its last record is not looked at. None for a file without records.
 */
export function discoverFields(format: StreamFormat, sample: Uint8Array, complete: boolean): DiscoveredField[] {
	if (format.type === 'raw') return [{ source: 0, name: 'content', type: { kind: 'string' } }];
	if (format.type === 'delimited') {
		const charset = charsetOf(format.encoding);
		if (charset.kind !== 'utf16') return sampleDelimited(format, sample, complete);
		const text = new TextDecoder(charset.encoding).decode(complete ? sample : sample.subarray(0, sample.length & ~1));
		return sampleDelimited({ ...format, encoding: 'utf-8' }, new TextEncoder().encode(text), complete);
	}
	const decoder = streamDecoder(format, { fields: [{ source: '$', name: 'record', type: { kind: 'json' }, format: null }] });
	const batches = decoder.push(sample);
	return sampleRecords([...batches, ...(complete ? decoder.finish() : decoder.flush())]);
}
