import type { Batch } from '../../data/batch.ts';
import type { MemberWatch } from '../../data/codecs/json/member-watch.ts';
import { nearest } from '../../lib/nearest.ts';
import type { OperatorContext } from '../operator.ts';

/** Fields told by name. */
const SHOWN = 20;
const SIGNS = [';', '\t', '|', ','];

/** Warns of fields that no record had: they are null in all rows, which looks like data. */
export function tellUnseen(context: OperatorContext, watch: MemberWatch | null): void {
	const { unseen, others, records } = watch?.state() ?? { unseen: [], others: [], records: 0 };
	if (records === 0) return;
	for (const name of unseen.slice(0, SHOWN)) {
		const near = nearest(name, others);
		const meant = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`;
		context.log('warn', `the field ${JSON.stringify(name)} is in none of the ${records} records that were read, so it is null in every row${meant}`);
	}
	if (unseen.length > SHOWN) context.log('warn', `so are ${unseen.length - SHOWN} more fields`);
}

/** Watches a delimited file of one column for another sign that divides all its rows. */
export class OtherDelimiter {
	#signs: readonly string[];
	#rows: number;

	/** `saved`: what `state` gave. */
	constructor(delimiter: string, saved?: { readonly signs: readonly string[]; readonly rows: number }) {
		this.#signs = saved?.signs ?? SIGNS.filter((sign) => sign !== delimiter);
		this.#rows = saved?.rows ?? 0;
	}

	look({ columns: [column], length }: Batch): void {
		if (this.#signs.length === 0 || column?.layout !== 'text') return;
		const { nulls, values } = column;
		for (let row = 0; row < length && this.#signs.length > 0; row++) {
			const text = nulls?.[row] === 1 ? '' : (values[row] as string);
			this.#signs = this.#signs.filter((sign) => text.includes(sign));
		}
		this.#rows += length;
	}

	state(): { readonly signs: readonly string[]; readonly rows: number } {
		return { signs: this.#signs, rows: this.#rows };
	}

	tell(context: OperatorContext, delimiter: string): void {
		const [sign] = this.#signs;
		if (sign === undefined || this.#rows === 0) return;
		const named = (text: string) => (text === '\t' ? 'a tab' : JSON.stringify(text));
		context.log(
			'warn',
			`the file has one column, with ${named(sign)} in every row (${this.#rows}): its delimiter seems to be ${named(sign)}, while delimiter says ${named(delimiter)}`,
		);
	}
}
