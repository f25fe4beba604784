/**
 * What stands around the user's code on its own side of the wall. It keeps the functions it needs before that code runs, for the
 * code may change every prototype it sees; what comes out is JSON text either way.
 *
 * `__run(transform, text)` gives JSON text, or a promise of it. BigInt goes as its digits, binary as base64, a Date as ISO 8601, and
 * what JSON would make null (NaN, infinities) as its text. What is no list of objects gives an object with the `fault` instead.
 */
export const GUEST = `
globalThis.__run = (() => {
	const { parse, stringify } = JSON;
	const { isArray } = Array;
	const { isView } = ArrayBuffer;
	const { isFinite } = Number;
	const BytesOf = Uint8Array;
	const Text = String;
	const fault = (said) => stringify({ fault: said });
	const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
	const base64 = (view) => {
		const bytes = new BytesOf(view.buffer, view.byteOffset, view.byteLength);
		let text = '';
		for (let i = 0; i < bytes.length; i += 3) {
			const b = bytes[i + 1], c = bytes[i + 2];
			text += DIGITS[bytes[i] >> 2] + DIGITS[((bytes[i] & 3) << 4) | ((b ?? 0) >> 4)];
			text += b === undefined ? '=' : DIGITS[((b & 15) << 2) | ((c ?? 0) >> 6)];
			text += c === undefined ? '=' : DIGITS[c & 63];
		}
		return text;
	};
	const spell = (key, value) => {
		if (typeof value === 'bigint') return Text(value);
		if (typeof value === 'number') return isFinite(value) ? value : Text(value);
		if (typeof value === 'object' && value !== null && isView(value)) return base64(value);
		return value;
	};
	const finish = (rows) => {
		if (!isArray(rows)) return fault('transform gave ' + (rows === null ? 'null' : typeof rows) + ', and a list of objects is wanted');
		for (let i = 0; i < rows.length; i++) {
			const row = rows[i];
			if (typeof row !== 'object' || row === null || isArray(row)) return fault('item ' + i + ' of what transform gave is ' + (row === null ? 'null' : isArray(row) ? 'a list' : typeof row) + ', and an object by column name is wanted');
		}
		return stringify(rows, spell);
	};
	return (transform, text) => {
		if (typeof transform !== 'function') return fault('the code exports no function called transform');
		const rows = transform(parse(text));
		return typeof rows === 'object' && rows !== null && typeof rows.then === 'function' ? rows.then(finish) : finish(rows);
	};
})();
`;

/**
 * QuickJS asks whether to go on at each turn of a loop and at each call, but not inside a built-in function: these would run for
 * hours over a list that is only long by its length, or over a search that must fail at each place, and for hours in a loop of few
 * turns over long texts. So they are bounded here, each by itself and in `work` all together: items and characters that they go
 * through. What they are given is made a text or number first, lest it say one thing to the bound and another to the function; and what
 * goes through lists, sets and maps by their iterators calls something at each item, where it is asked.
 */
export function quickJsBounds(work: number): string {
	return `
(() => {
	'use strict';
	const MOST = 10_000_000;
	const WORK = 200_000_000;
	let left = ${Math.ceil(work)};
	const { apply, ownKeys, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
	const { isArray } = Array;
	const Text = String;
	const Range = RangeError;
	const Thing = Object;
	const Pattern = RegExp;
	const Fault = TypeError;
	const replace = (owner, name, make) => {
		const original = owner[name];
		if (typeof original === 'function') defineProperty(owner, name, { value: make(original), writable: true, configurable: true, enumerable: false });
	};
	// No destructuring below: the code may put its own iterator in the place of that of lists.
	const guard = (owner, name, check) => replace(owner, name, (original) => ({ [name](...args) { check(this, args); return apply(original, this, args); } })[name]);
	const spend = (amount) => {
		if (!(amount > 0)) return;
		left -= amount;
		if (left < 0) throw new Range('built-in functions had more to do than there is time for');
	};
	const length = (list) => {
		if (list === null || list === undefined) return;
		// What is no list has its length read twice: only a plain number of its own stays what it is.
		const own = isArray(list) ? list.length : getOwnPropertyDescriptor(Thing(list), 'length')?.value;
		const size = typeof own === 'number' ? own : own === undefined && !('length' in Thing(list)) ? 0 : Infinity;
		if (size > MOST) throw new Range('a list of ' + size + ' items is too long here');
		spend(size);
	};
	for (const name of ownKeys(Array.prototype)) if (typeof name === 'string' && name !== 'constructor' && name !== 'push' && name !== 'at' && name !== 'pop') guard(Array.prototype, name, length);
	guard(Array, 'from', (_, args) => length(args[0]));
	const whole = (list) => { if (ArrayBuffer.isView(list)) spend(list.byteLength); };
	for (const name of ['fill', 'sort', 'set', 'slice', 'join', 'reverse', 'indexOf', 'lastIndexOf', 'includes', 'copyWithin', 'toReversed', 'toSorted', 'with', 'toString']) guard(getPrototypeOf(Uint8Array.prototype), name, whole);
	const each = (_, things) => { spend(1); for (let i = 0; i < things.length; i++) if (typeof things[i] === 'object' && things[i] !== null) spend(ownKeys(things[i]).length * 16); };
	for (const name of ['keys', 'values', 'entries', 'assign', 'getOwnPropertyNames', 'getOwnPropertyDescriptors', 'defineProperties', 'freeze', 'seal', 'isFrozen', 'isSealed']) guard(Object, name, each);
	guard(Reflect, 'ownKeys', each);
	replace(Array.prototype, Symbol.iterator, (original) => ({ values() { return apply(original, this, []); } }).values);
	for (const items of [[], '', new Map(), new Set()]) replace(getPrototypeOf(items[Symbol.iterator]()), 'next', (original) => ({ next() { return apply(original, this, []); } }).next);

	const ofText = (name, pattern, check) => replace(Text.prototype, name, (original) => {
		const byPattern = pattern === null ? null : Pattern.prototype[pattern];
		return { [name](...args) {
			if (this === null || this === undefined) return apply(original, this, args);
			const text = typeof this === 'string' ? this : Text(this);
			const wanted = args[0];
			if ((typeof wanted === 'object' && wanted !== null) || typeof wanted === 'function') {
				if (wanted instanceof Pattern && (byPattern !== null || name === 'includes')) {
					if (byPattern === null || (name === 'replaceAll' && !wanted.global)) throw new Fault(name + ' takes no ' + wanted);
					spend(text.length);
					return apply(byPattern, wanted, [text, ...args.slice(1)]);
				}
				args[0] = Text(wanted);
			}
			check(text, args);
			return apply(original, text, args);
		} }[name];
	});
	const search = (text, args) => {
		const { length } = text;
		const wanted = args[0];
		spend(length);
		if (typeof wanted !== 'string' || wanted.length < 16) return;
		if (length * wanted.length > WORK) throw new Range('a search of ' + wanted.length + ' characters in ' + length + ' is too much work here');
	};
	for (const name of ['indexOf', 'lastIndexOf', 'includes', 'normalize', 'localeCompare', 'toUpperCase', 'toLowerCase', 'toLocaleUpperCase', 'toLocaleLowerCase', 'isWellFormed', 'toWellFormed', 'trim', 'trimStart', 'trimEnd']) ofText(name, null, search);
	ofText('split', Symbol.split, search);
	ofText('replace', Symbol.replace, search);
	ofText('replaceAll', Symbol.replace, search);
	ofText('repeat', null, (text, args) => { args[0] = +args[0]; spend(text.length * args[0]); });
	for (const name of ['padStart', 'padEnd']) ofText(name, null, (_, args) => { args[0] = +args[0]; spend(args[0]); });
	for (const name of ['encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent', 'escape', 'unescape', 'parseInt', 'parseFloat'])
		replace(globalThis, name, (original) => ({ [name](value, ...rest) { const text = Text(value); spend(text.length); return original(text, ...rest); } })[name]);
	replace(JSON, 'parse', (original) => ({ parse(value, reviver) { const text = Text(value); spend(text.length); return original(text, reviver); } }).parse);
	replace(JSON, 'stringify', (original) => ({ stringify(...args) { spend(1); const text = original(...args); spend(text?.length); return text; } }).stringify);
})();
`;
}
