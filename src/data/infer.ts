import { parseIsoDate, parseIsoDatetime } from './datetime.ts';
import { LONG_MAX, LONG_MIN } from './exact.ts';
import { keepsDigits } from './json-text.ts';
import { parseDouble } from './numbers.ts';
import type { DataType } from './types.ts';

/**
 * Finds the narrowest type that keeps every text of a sample as it is: text only where nothing narrower fits. Leading zeros
 * and plus signs (postal codes, telephone numbers) make it text; `0` and `1` are numbers; a number with more digits than a
 * double keeps is a long or a decimal.
 */
export interface TypeInferrer {
	/** Null and empty texts say nothing about the type. */
	add(text: string | null): void;
	/** string where nothing was added. */
	type(): DataType;
}

const CANONICAL_NUMBER = /^-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/;
const INTEGER = /^-?\d{1,19}$/;

export function typeInferrer(): TypeInferrer {
	return new Inferrer();
}

export function inferType(samples: Iterable<string | null>): DataType {
	const inferrer = typeInferrer();
	for (const sample of samples) inferrer.add(sample);
	return inferrer.type();
}

class Inferrer implements TypeInferrer {
	private seen = false;
	private numberSeen = false;
	private readonly possible = new Set(['boolean', 'integer', 'long', 'double', 'decimal', 'date', 'datetime']);
	private wholeDigits = 0;
	private fractionDigits = 0;

	add(text: string | null): void {
		if (text === null || text === '' || (this.seen && this.possible.size === 0)) return;
		this.seen = true;
		this.keep('boolean', /^(?:true|false)$/i.test(text));
		this.keep('date', parseIsoDate(text) !== undefined);
		this.keep('datetime', parseIsoDatetime(text) !== undefined);
		this.addNumber(text);
	}

	type(): DataType {
		if (!this.seen) return { kind: 'string' };
		for (const kind of ['boolean', 'integer', 'long', 'date', 'datetime'] as const) if (this.possible.has(kind)) return { kind };
		// A column of nothing but `NaN` is more likely text.
		if (this.possible.has('double') && this.numberSeen) return { kind: 'double' };
		const precision = Math.max(1, this.wholeDigits + this.fractionDigits);
		if (this.possible.has('decimal') && precision <= 38) return { kind: 'decimal', precision, scale: this.fractionDigits };
		return { kind: 'string' };
	}

	private keep(kind: string, fits: boolean): void {
		if (!fits) this.possible.delete(kind);
	}

	private addNumber(text: string): void {
		const value = parseDouble(text);
		const plain = value !== undefined && /\d/.test(text) && CANONICAL_NUMBER.test(text);
		const whole = plain && INTEGER.test(text) && text !== '-0';
		this.numberSeen ||= plain;
		this.keep('integer', whole && value >= -2_147_483_648 && value <= 2_147_483_647);
		this.keep('long', whole && BigInt(text) >= LONG_MIN && BigInt(text) <= LONG_MAX);
		this.keep('double', plain ? keepsDigits(text, value) : value !== undefined && !/\d/.test(text));
		if (!plain || /e/i.test(text) || text.length > 42) {
			this.possible.delete('decimal');
			return;
		}
		const point = text.indexOf('.');
		const digits = text.startsWith('-') ? text.length - 1 : text.length;
		const fraction = point < 0 ? 0 : text.length - point - 1;
		this.fractionDigits = Math.max(this.fractionDigits, fraction);
		this.wholeDigits = Math.max(this.wholeDigits, digits - fraction - (point < 0 ? 0 : 1));
	}
}
