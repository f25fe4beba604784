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

/** A value that may be shown nowhere, and where it is the JSON of a list or object each text and number in it, which may be taken out. */
export function secretsIn(value: string): Secret[] {
	const secrets = [new Secret(value)];
	if (!/^\s*[[{]/.test(value)) return secrets;
	try {
		for (let open: unknown[] = [JSON.parse(value)]; open.length > 0; ) {
			const texts = open.filter((each) => typeof each === 'string' || typeof each === 'number');
			secrets.push(...texts.map((each) => new Secret(String(each))));
			open = open.flatMap((each) => (each !== null && typeof each === 'object' ? Object.values(each) : []));
		}
	} catch {
		// No JSON: there is nothing to be taken out.
	}
	return secrets;
}

export const REDACTED = '[redacted]';
