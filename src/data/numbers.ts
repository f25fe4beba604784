const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,5})?$/;
const SPECIAL = /^(?:([+-]?)inf(?:inity)?|nan)$/i;

/** A number's text as a double; undefined where it is none, or too large for one. `NaN` and `Infinity` are values, in any case. */
export function parseDouble(text: string): number | undefined {
	if (NUMBER.test(text)) {
		const value = Number(text);
		return Number.isFinite(value) ? value : undefined;
	}
	const special = SPECIAL.exec(text);
	if (special === null) return undefined;
	if (special[1] === undefined) return Number.NaN;
	return special[1] === '-' ? -Infinity : Infinity;
}

/** As `parseDouble`, rounded to 32 bit. */
export function parseFloat32(text: string): number | undefined {
	const value = parseDouble(text);
	if (value === undefined) return undefined;
	const rounded = Math.fround(value);
	return Number.isFinite(value) && !Number.isFinite(rounded) ? undefined : rounded;
}

/** The shortest text that reads back as the same double. */
export function formatDouble(value: number): string {
	return Object.is(value, -0) ? '-0' : String(value);
}

/** The shortest text that reads back as the same 32-bit float: `0.1`, not `0.10000000149011612`. */
export function formatFloat32(value: number): string {
	// toPrecision drops the sign of -0.
	if (value === 0) return formatDouble(value);
	for (let digits = 6; digits < 9; digits++) {
		const shorter = Number(value.toPrecision(digits));
		if (Math.fround(shorter) === value) return formatDouble(shorter);
	}
	return formatDouble(Number.isFinite(value) ? Number(value.toPrecision(9)) : value);
}
