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
	for (let open = [parsed(value)]; open.length > 0; ) {
		for (const each of open) if (typeof each === 'string' || typeof each === 'number') secrets.push(new Secret(String(each)));
		open = open.flatMap((each) => (each !== null && typeof each === 'object' ? Object.values(each) : []));
	}
	return secrets;
}

/** Null for what is no JSON: there is nothing to be taken out of it. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

export const REDACTED = '[redacted]';
