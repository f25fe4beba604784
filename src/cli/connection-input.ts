import { UsageError } from './command.ts';
import type { WantedConnection } from './connection-client.ts';

/**
 * Settings from `KEY=VALUE` words over those there are, credentials from standard input; both left out where nothing is given.
 * Credentials are never taken as arguments: other users of a machine see those.
 */
export async function readConnection(
	sets: readonly string[] | null,
	present: Readonly<Record<string, unknown>>,
	secretsOnStdin: boolean,
): Promise<WantedConnection> {
	return {
		...(sets === null ? {} : { config: settingsOf(sets, present) }),
		...(secretsOnStdin ? { secrets: secretsOf(await standardInput()) } : {}),
	};
}

/** `port=5433` over what is there; `port=` takes a setting back to its default. */
export function settingsOf(sets: readonly string[], present: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const settings = new Map(Object.entries(present));
	for (const word of sets) {
		const equals = word.indexOf('=');
		if (equals < 1) throw new UsageError(`--set ${word}: a setting is written KEY=VALUE.`);
		const [key, text] = [word.slice(0, equals), word.slice(equals + 1)];
		if (text === '') settings.delete(key);
		else settings.set(key, asJson(text));
	}
	return Object.fromEntries(settings);
}

function asJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** The object of texts on standard input. What was given is never repeated in the complaint. */
export function secretsOf(text: string): Record<string, string> {
	const parsed = asJson(text);
	const entries = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? Object.entries(parsed) : [];
	if (entries.length === 0 || entries.some(([, value]) => typeof value !== 'string'))
		throw new UsageError('standard input is not a JSON object of texts, such as {"password":"…"}.');
	return Object.fromEntries(entries) as Record<string, string>;
}

async function standardInput(): Promise<string> {
	const pieces: Buffer[] = [];
	for await (const piece of process.stdin) pieces.push(piece as Buffer);
	return Buffer.concat(pieces).toString('utf8');
}
