import { inferType } from '../../infer.ts';
import { markedEncoding, refuseMark } from '../byte-order-mark.ts';
import { ByteQueue } from '../byte-queue.ts';
import type { DelimitedFormat, DiscoveredField, WantedField } from '../codec.ts';
import { headerNames, refuseDuplicates } from '../header.ts';
import { ByteTokenizer } from './byte-tokenizer.ts';
import { DelimitedDecoder } from './decoder.ts';
import { dialectOf } from './dialect.ts';
import { firstRecord } from './first-record.ts';
import { SequenceTokenizer } from './sequence-tokenizer.ts';

/**
 * The columns of a sample of delimited bytes, in the order of the file; without a header they are `column_1`, `column_2` … by
 * position. `complete`: it is the whole file. Throws `AppError` where a header names a column twice.
 */
export function sampleDelimited(format: DelimitedFormat, sample: Uint8Array, complete: boolean): DiscoveredField[] {
	const fields = firstFields(format, sample, complete);
	if (fields === null) return [];
	const names = format.headerRow ? headerNames(fields) : fields.map((_, index) => `column_${index + 1}`);
	refuseDuplicates(names);
	const wanted: WantedField[] = names.map((name, source) => ({ source, name, type: { kind: 'string' }, format: null }));
	const decoder = new DelimitedDecoder(format, { fields: wanted }, null);
	const batches = [...decoder.push(sample), ...(complete ? decoder.finish() : decoder.flush())];
	return names.map((name, column) => ({
		source: format.headerRow ? name : column,
		name,
		type: inferType(batches.flatMap(({ batch }) => textsOf(batch.columns[column]))),
	}));
}

function textsOf(vector: { readonly layout: string; readonly values: ArrayLike<unknown> } | undefined): string[] {
	return vector?.layout === 'text' ? Array.from(vector.values, String) : [];
}

function firstFields(format: DelimitedFormat, sample: Uint8Array, complete: boolean): string[] | null {
	const dialect = dialectOf({ ...format, headerRow: true });
	const queue = new ByteQueue(0);
	const mark = dialect.charset.kind === 'utf8' ? markedEncoding(sample) : null;
	if (mark !== null && mark !== 'utf-8') refuseMark(mark, 'UTF-8');
	queue.push(mark === null ? sample : sample.subarray(3));
	const tokenizer = dialect.simple ? new ByteTokenizer(dialect) : new SequenceTokenizer(dialect);
	const slice = { bytes: queue.bytes, base: queue.from, from: queue.from, end: queue.end, final: complete, until: queue.end };
	return firstRecord(tokenizer, slice, dialect)?.fields ?? null;
}
