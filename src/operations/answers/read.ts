import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import type { OperationContext } from '../context.ts';
import { keptAnswer } from './keep.ts';

export interface ReadAnswerInput {
	readonly handle: string;
	/** Where in the answer: `outputs[0].rows`; the whole unless given. */
	readonly path?: string | undefined;
	/** Item of a list, or character of a text, to begin with. */
	readonly from?: number | undefined;
}

export interface AnswerPart {
	readonly path: string;
	/** Items of a list, or characters of a text. */
	readonly total: number;
	readonly items?: unknown[];
	readonly text?: string;
	/** Where the next part begins; null at the end. */
	readonly next: number | null;
}

/** Characters of a part: well within the default budget of an answer. */
const PART = 16_000;

/** A part of a kept answer: items of a list, or characters of anything else. */
export async function readAnswer(context: Pick<OperationContext, 'archive' | 'clock'>, principal: Principal, input: ReadAnswerInput): Promise<AnswerPart> {
	const { path = '', from = 0 } = input;
	const value = valueAt(await keptAnswer(context, principal, input.handle), path, path);
	if (Array.isArray(value)) return itemsFrom(value, path, from);
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	if (from > text.length) throw beyond('characters', text.length);
	const end = from + PART;
	return { path, total: text.length, text: text.slice(from, end), next: end < text.length ? end : null };
}

function itemsFrom(list: readonly unknown[], path: string, from: number): AnswerPart {
	if (from > list.length) throw beyond('items', list.length);
	const items: unknown[] = [];
	let size = 0;
	for (let index = from; index < list.length; index++) {
		const length = JSON.stringify(list[index]).length;
		if (size + length > PART && items.length > 0) return { path, total: list.length, items, next: index };
		// An item longer than a part is read by its own path.
		items.push(length > PART ? { too_long: `${path}[${index}]` } : list[index]);
		size += Math.min(length, PART);
	}
	return { path, total: list.length, items, next: null };
}

/** Keys may hold dots and brackets: the longest one that fits is meant. */
function valueAt(value: unknown, path: string, whole: string): unknown {
	if (path === '') return value;
	if (Array.isArray(value)) {
		const [found, index] = /^\[(\d{1,9})\]\.?/.exec(path) ?? [];
		if (found !== undefined && Number(index) < value.length) return valueAt(value[Number(index)], path.slice(found.length), whole);
	} else if (value !== null && typeof value === 'object') {
		const keys = Object.keys(value).filter((key) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`));
		const key = keys.sort((a, b) => b.length - a.length)[0];
		if (key !== undefined) return valueAt((value as Record<string, unknown>)[key], path.slice(key.length).replace(/^\./, ''), whole);
	}
	const there = value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value).slice(0, 20).join(', ') : 'no such item';
	throw new AppError('invalid_input', `the answer has nothing at ${JSON.stringify(whole.slice(0, 200))}`, {
		hint: `Give the path as the note of the answer has it; at ${whole.slice(0, whole.length - path.length) || 'its top'} there is: ${there}.`,
	});
}

function beyond(unit: string, total: number): AppError {
	return new AppError('invalid_input', `from is beyond the end: there are ${total} ${unit}`, { hint: 'Give next of the part before, or leave from out.' });
}
