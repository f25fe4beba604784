import type { PatternPart } from './date-pattern.ts';
import { parseOffset } from './datetime.ts';

export const MONTHS: readonly string[] = [
	'January',
	'February',
	'March',
	'April',
	'May',
	'June',
	'July',
	'August',
	'September',
	'October',
	'November',
	'December',
];
export const DAYS: readonly string[] = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Takes one pattern part after another off a text. */
export class PatternReader {
	year = 1970;
	month = 1;
	day = 1;
	minute = 0;
	second = 0;
	/** Behind the second; more than six digits are cut, since the pattern says that they are there. */
	microseconds = 0;
	offset = 0;
	#hour = 0;
	#twelve = false;
	#afternoon: boolean | null = null;
	#at = 0;
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	atEnd(): boolean {
		return this.#at === this.#text.length;
	}

	/** 0–23, or undefined where hour and AM / PM do not go together. */
	hourOfDay(): number | undefined {
		if (!this.#twelve) return this.#hour <= 23 && this.#afternoon === null ? this.#hour : undefined;
		if (this.#hour < 1 || this.#hour > 12) return undefined;
		return (this.#hour % 12) + (this.#afternoon === true ? 12 : 0);
	}

	/** False where the text goes on otherwise. */
	take({ letter, width, text }: PatternPart): boolean {
		switch (letter) {
			case null:
				return this.#literal(text);
			case 'y':
				return width === 2
					? this.#number(2, 2, (year) => (this.year = year < 70 ? 2000 + year : 1900 + year))
					: this.#number(4, 4, (year) => (this.year = year));
			case 'M':
				if (width > 2) return this.#name(MONTHS, width, (index) => (this.month = index + 1));
				return this.#number(width, 2, (month) => (this.month = month));
			case 'd':
				return this.#number(width, 2, (day) => (this.day = day));
			case 'E':
				return this.#name(DAYS, width, () => 0);
			case 'H':
				return this.#number(width, 2, (hour) => (this.#hour = hour));
			case 'h':
				this.#twelve = true;
				return this.#number(width, 2, (hour) => (this.#hour = hour));
			case 'a':
				return this.#half();
			case 'm':
				return this.#number(width, 2, (minute) => (this.minute = minute));
			case 's':
				return this.#number(width, 2, (second) => (this.second = second));
			case 'S':
				return this.#number(width, width, (fraction) => (this.microseconds = Math.floor(fraction * 10 ** (6 - width) + 1e-9)));
			case 'X':
			case 'Z':
				return this.#zone();
		}
	}

	#literal(text: string): boolean {
		if (!this.#text.startsWith(text, this.#at)) return false;
		this.#at += text.length;
		return true;
	}

	#number(least: number, most: number, set: (value: number) => number): boolean {
		let end = this.#at;
		let value = 0;
		while (end < this.#at + most) {
			const digit = this.#text.charCodeAt(end) - 48;
			if (!(digit >= 0 && digit <= 9)) break;
			value = value * 10 + digit;
			end++;
		}
		if (end - this.#at < least) return false;
		this.#at = end;
		set(value);
		return true;
	}

	#name(names: readonly string[], width: number, set: (index: number) => number): boolean {
		const rest = this.#text.slice(this.#at, this.#at + 9).toLowerCase();
		const index = names.findIndex((name) => rest.startsWith((width <= 3 ? name.slice(0, 3) : name).toLowerCase()));
		if (index < 0) return false;
		this.#at += width <= 3 ? 3 : (names[index] as string).length;
		set(index);
		return true;
	}

	#half(): boolean {
		const half = this.#text.slice(this.#at, this.#at + 2).toUpperCase();
		if (half !== 'AM' && half !== 'PM') return false;
		this.#afternoon = half === 'PM';
		this.#at += 2;
		return true;
	}

	#zone(): boolean {
		const zone = /^(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)/.exec(this.#text.slice(this.#at, this.#at + 6));
		const offset = zone === null ? undefined : parseOffset(zone[0]);
		if (zone === null || offset === undefined) return false;
		this.offset = offset;
		this.#at += zone[0].length;
		return true;
	}
}
