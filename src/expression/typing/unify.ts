import { typeName } from '../../data/type-names.ts';
import type { DataType } from '../../data/types.ts';
import { decimalFor, isFloatLiteral, isNumericKind, isTextLiteral, plainType, readsAs } from './coerce.ts';
import type { CheckContext, Checked } from './context.ts';

/**
 * The one type that values meeting in one place (sides of a comparison, branches of a case, members of a list) are brought to;
 * null after telling which two do not go together. All nulls are text.
 */
export function commonType(items: readonly Checked[], place: string, context: CheckContext): DataType | null {
	const typed = items.filter(({ untypedNull }) => !untypedNull);
	const [first] = typed;
	if (first === undefined) return { kind: 'string' };
	if (typed.every(({ expr }) => isNumericKind(expr.type.kind))) return commonNumber(typed);
	if (typed.every(({ expr }) => expr.type.kind === first.expr.type.kind)) return first.expr.type;
	const dates = typed.filter(({ expr }) => expr.type.kind === 'date' || expr.type.kind === 'datetime');
	if (dates.length > 0 && typed.every((item) => dates.includes(item) || isTextLiteral(item))) return commonDate(typed, dates, context);
	if (typed.every((item) => item.expr.type.kind === 'string' || item.quoted !== undefined)) return { kind: 'string' };
	return tellMixed(first, typed.find((item) => !goTogether(first, item)) ?? first, place, context);
}

function goTogether(a: Checked, b: Checked): boolean {
	const [x, y] = [a.expr.type.kind, b.expr.type.kind];
	if (x === y || (isNumericKind(x) && isNumericKind(y))) return true;
	const dated = (kind: string) => kind === 'date' || kind === 'datetime';
	return (
		(dated(x) && (dated(y) || isTextLiteral(b))) ||
		(dated(y) && isTextLiteral(a)) ||
		(x === 'string' && b.quoted !== undefined) ||
		(y === 'string' && a.quoted !== undefined)
	);
}

function commonNumber(items: readonly Checked[]): DataType {
	const kinds = new Set(items.map(({ expr }) => expr.type.kind));
	if (kinds.has('double')) return { kind: 'double' };
	if (kinds.has('float')) return plainType(items.every(({ expr }) => expr.type.kind === 'float' || isFloatLiteral(expr)) ? 'float' : 'double');
	if (!kinds.has('decimal')) return plainType(kinds.has('long') ? 'long' : 'integer');
	let scale = 0;
	let whole = 1;
	for (const { expr } of items) {
		const type = decimalFor(expr);
		if (type.kind !== 'decimal') continue;
		scale = Math.max(scale, type.scale);
		whole = Math.max(whole, type.precision - type.scale);
	}
	return { kind: 'decimal', precision: Math.min(38, whole + scale), scale };
}

function commonDate(items: readonly Checked[], dates: readonly Checked[], context: CheckContext): DataType | null {
	const texts = items.filter((item) => !dates.includes(item));
	const kind = dates.some(({ expr }) => expr.type.kind === 'datetime') || texts.some((text) => !readsAs(text, 'date')) ? 'datetime' : 'date';
	const wrong = texts.filter((text) => !readsAs(text, kind));
	for (const text of wrong)
		context.fault(text.span, `${context.written(text.span)} is no date.`, 'Beside a date a text must be one: 2024-01-31, or 2024-01-31T12:30:00Z.');
	return wrong.length > 0 ? null : { kind };
}

function tellMixed(a: Checked, b: Checked, place: string, context: CheckContext): null {
	return context.fault(b.span, `${context.described(a)} and ${context.described(b)}: ${place}.`, mixedHint(a, b, context));
}

/** Which cast to write. */
export function mixedHint(a: Checked, b: Checked, context: CheckContext): string {
	const [jsonSide, beside] = a.expr.type.kind === 'json' ? [a, b] : [b, a];
	if (jsonSide.expr.type.kind === 'json')
		return `Write cast(${context.written(jsonSide.span)} as ${typeName(beside.expr.type)}), or take the text with JsonExtract.`;
	const [textSide, other] = a.expr.type.kind === 'string' ? [a, b] : [b, a];
	const written = context.written(textSide.span);
	if (textSide.expr.type.kind !== 'string') return `Write cast(${context.written(b.span)} as ${typeName(a.expr.type)}), if that is meant.`;
	if (isTextLiteral(textSide)) {
		const bare = written.slice(1, -1);
		if (isNumericKind(other.expr.type.kind) && /^[+-]?\d+(\.\d+)?$/.test(bare))
			return `Write ${bare} without quotes; or cast(${context.written(other.span)} as string), if text is meant.`;
		if (other.expr.type.kind === 'boolean' && /^(true|false)$/i.test(bare)) return `Write ${bare.toLowerCase()} without quotes.`;
	}
	const dated = other.expr.type.kind === 'date' || other.expr.type.kind === 'datetime';
	return `Write cast(${written} as ${typeName(other.expr.type)})${dated ? ' or ToDate with a format' : ''}, try_cast where a bad value should be null; or cast(${context.written(other.span)} as string).`;
}
