/**
 * A credential in memory. Printing, interpolating, serialising or inspecting it shows `[redacted]`;
 * only `reveal()` gives the value, so every place that needs it can be found by name.
 */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
	}

	reveal(): string {
		return this.#value;
	}

	toString(): string {
		return REDACTED;
	}

	toJSON(): string {
		return REDACTED;
	}

	[Symbol.for('nodejs.util.inspect.custom')](): string {
		return REDACTED;
	}
}

export const REDACTED = '[redacted]';
